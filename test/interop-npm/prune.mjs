// usage: node prune.mjs FILE
// Looks rows up by bloom filters and page indexes: DuckDB probes the filter, hyparquet skips row groups and pages.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const [path] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const probe = async value => {
  const result = await connection.runAndReadAll(`select bloom_filter_excludes from parquet_bloom_probe('${path}', 'text', '${value}')`);
  return !result.getRowsJson()[0][0];
};
const bytes = readFileSync(path);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
const metadata = parquetMetadata(buffer);
let bytesRead = 0;
const file = {
  byteLength: buffer.byteLength,
  slice(start, end) {
    bytesRead += (end ?? buffer.byteLength) - start;
    return buffer.slice(start, end);
  },
};
const find = async options => {
  bytesRead = 0;
  return await parquetReadObjects({ file, metadata, compressors, columns: ['i64', 'text'], ...options });
};

const low = 411n * 1000000007n;
const byIndex = await find({ filter: { i64: { $gte: low, $lte: low + 2n * 1000000007n } }, usePageIndex: true, useOffsetIndex: true });
const bytesByPageIndex = bytesRead;
await find({});
const bytesOfAll = bytesRead;
const byBloom = await find({ filter: { text: { $eq: 'name 7' } }, useBloomFilters: true });
const output = {
  bloomPresent: await probe('name 7'),
  bloomAbsent: await probe('name 99'),
  rowsByPageIndex: byIndex.map(row => row.i64.toString()),
  rowsByBloom: byBloom.length,
  bytesByPageIndex,
  bytesOfAll,
};
await new Promise(done => process.stdout.write(JSON.stringify(output), done));
process.exit(0);
