// usage: node write.mjs FOLDER
// Writes the same kinds of rows with three other libraries, for our reader.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const folder = process.argv[2];
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run("set threads = 1; set timezone = 'UTC'");
await connection.run(`create table t as select
  i::integer as i32, i * 1000000007 as i64, (i % 100)::tinyint as tiny, (i % 50000)::usmallint as small_unsigned, i::ubigint as big_unsigned,
  i % 3 = 0 as flag, case when i % 4 <> 0 then i % 8 < 4 end as flag_or_null,
  (i / 4)::float as f32, case when i % 13 <> 0 then sin(i) end as f64,
  'name ' || (i % 20) as text, case when i % 3 <> 1 then 'value ' || (i % 500) end as text_or_null, md5(i::varchar) as hash,
  'shared/prefix/' || (i // 10) || '/' || i as path,
  encode('b' || i) as bytes, md5(i::varchar)::uuid as uuid,
  make_timestamp(1700000000123456 + i * 1001) as wall, to_timestamp(1700000000 + i) as instant,
  date '2000-01-01' + i::integer as day, (i * 3 - 1500)::decimal(9, 2) as small_decimal, (i * 1000000001 - 1)::decimal(18, 3) as decimal,
  map_from_entries([{k: 'key' || j, v: 'value ' || (i % 100)} for j in range(i % 4)]) as map,
  case when i % 3 <> 0 then map_from_entries([{k: 'only', v: case when i % 2 = 0 then i end} for j in range(i % 3 - 1)]) end as map_or_null,
  [i + j / 2 for j in range(i % 6)] as doubles,
  case when i % 5 <> 4 then [case when j <> 2 then i * j end for j in range(i % 5)] end as longs_or_null,
  {a: i, b: {c: 'c' || i, d: case when i % 2 = 0 then [i, i + 1] end}} as nested
  from range(3000) r(i)`);

for (const version of ['V1', 'V2'])
  for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])
    await connection.run(`copy t to '${at(`duckdb-${version}-${codec}`)}' (format parquet, parquet_version ${version}, compression ${codec}, row_group_size 2048)`);

await withParquetWasm();
await withHyparquet();
process.exit(0);

function at(name) {
  return join(folder, `${name}.parquet`).replaceAll('\\', '/');
}

async function withParquetWasm() {
  const wasm = await import('parquet-wasm/node');
  // Arrow types that both sides know; nested ones come from a file that DuckDB wrote
  const { readFileSync } = await import('node:fs');
  const source = readFileSync(at('duckdb-V1-snappy'));
  const { Compression, Encoding, WriterVersion } = wasm;
  const variants = {
    'wasm-v1-snappy': b => b.setWriterVersion(WriterVersion.V1).setCompression(Compression.SNAPPY),
    'wasm-v2-zstd': b => b.setWriterVersion(WriterVersion.V2).setCompression(Compression.ZSTD),
    'wasm-v2-gzip-small-pages': b =>
      b.setWriterVersion(WriterVersion.V2).setCompression(Compression.GZIP).setDataPageSizeLimit(2000).setWriteBatchSize(50).setMaxRowGroupSize(1100),
    'wasm-v2-brotli-plain': b => b.setWriterVersion(WriterVersion.V2).setCompression(Compression.BROTLI).setDictionaryEnabled(false),
    'wasm-v1-lz4raw': b => b.setWriterVersion(WriterVersion.V1).setCompression(Compression.LZ4_RAW).setDictionaryPageSizeLimit(500),
    'wasm-v2-delta': b =>
      ['i32', 'i64']
        .reduce((x, c) => x.setColumnEncoding(c, Encoding.DELTA_BINARY_PACKED), b)
        .setColumnEncoding('path', Encoding.DELTA_BYTE_ARRAY)
        .setColumnEncoding('hash', Encoding.DELTA_LENGTH_BYTE_ARRAY)
        .setColumnEncoding('text_or_null', Encoding.DELTA_BYTE_ARRAY)
        .setColumnEncoding('f32', Encoding.BYTE_STREAM_SPLIT)
        .setColumnEncoding('f64', Encoding.BYTE_STREAM_SPLIT)
        .setColumnEncoding('uuid', Encoding.BYTE_STREAM_SPLIT)
        .setColumnEncoding('flag', Encoding.RLE)
        .setDictionaryEnabled(false)
        .setWriterVersion(WriterVersion.V2)
        .setCompression(Compression.UNCOMPRESSED),
  };
  for (const [name, configure] of Object.entries(variants))
    writeFileSync(at(name), wasm.writeParquet(wasm.readParquet(source), configure(new wasm.WriterPropertiesBuilder()).build()));
}

async function withHyparquet() {
  const { parquetWriteFile } = await import('hyparquet-writer/src/node.js');
  const numbers = Array.from({ length: 3000 }, (_, i) => i);
  const columnData = [
    { name: 'i32', data: numbers, type: 'INT32', columnIndex: true, bloomFilter: true },
    { name: 'delta32', data: numbers.map(i => i * 17 - 900), type: 'INT32', encoding: 'DELTA_BINARY_PACKED' },
    { name: 'i64', data: numbers.map(i => BigInt(i) * 1000000007n), type: 'INT64', encoding: 'DELTA_BINARY_PACKED' },
    { name: 'f64', data: numbers.map(i => (i % 13 ? Math.sin(i) : null)), type: 'DOUBLE', nullable: true },
    { name: 'split', data: numbers.map(i => Math.fround(Math.cos(i))), type: 'FLOAT', encoding: 'BYTE_STREAM_SPLIT' },
    { name: 'flag', data: numbers.map(i => i % 3 === 0), type: 'BOOLEAN' },
    { name: 'runs', data: numbers.map(i => i % 300 < 150), type: 'BOOLEAN', encoding: 'RLE' },
    { name: 'text', data: numbers.map(i => `name ${i % 20}`), type: 'STRING', columnIndex: true, bloomFilter: true },
    { name: 'text_or_null', data: numbers.map(i => (i % 3 ? `value ${i % 500}` : null)), type: 'STRING', nullable: true },
    { name: 'lengths', data: numbers.map(i => 'z'.repeat(i % 17) + i), type: 'STRING', encoding: 'DELTA_LENGTH_BYTE_ARRAY' },
    { name: 'prefixes', data: numbers.map(i => `shared/${Math.floor(i / 10)}/${i}`), type: 'STRING', encoding: 'DELTA_BYTE_ARRAY' },
    { name: 'at', data: numbers.map(i => new Date(1700000000000 + i * 1001)), type: 'TIMESTAMP' },
  ];
  for (const codec of ['UNCOMPRESSED', 'SNAPPY'])
    parquetWriteFile({ filename: at(`hyparquet-${codec.toLowerCase()}`), columnData, codec, rowGroupSize: 1300, pageSize: 3000 });
}
