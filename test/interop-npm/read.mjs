// usage: node read.mjs duckdb|hyparquet|parquet-wasm FILE...
// Prints one line per file: {"rows":[...]} in the JSON that DuckDB makes of values (64-bit integers as text, bytes with \x escapes, MAPs as lists
// of keys and values, NaN and infinities as null), or {"error":"..."}.
import { readFileSync } from 'node:fs';

const [engine, ...files] = process.argv.slice(2);
const read = { duckdb: await duckdb(), hyparquet: await hyparquet(), 'parquet-wasm': await parquetWasm() }[engine];
for (const file of files) {
  try {
    await print({ rows: await read(file) });
  } catch (error) {
    await print({ error: String(error.message ?? error) });
  }
}
process.exit(0);

// exit does not wait for a pipe
function print(result) {
  return new Promise(done => process.stdout.write(`${JSON.stringify(result)}\n`, done));
}

async function duckdb() {
  if (engine !== 'duckdb') return null;
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("set timezone = 'UTC'");
  return async file => {
    const result = await connection.runAndReadAll(`select * from read_parquet('${file.replaceAll("'", "''")}', hive_partitioning = false)`);
    return result.getRowObjectsJson().map(normalize);
  };

  function normalize(value) {
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return null;
    if (typeof value === 'string') return value.replace(/^(\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?)\+00$/, '$1');
    if (Array.isArray(value)) return value.map(normalize);
    if (value !== null && typeof value === 'object') return mapObject(value, normalize);
    return value;
  }
}

async function hyparquet() {
  if (engine !== 'hyparquet') return null;
  const { parquetReadObjects, parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const parsers = {
    timestampFromMilliseconds: v => timestamp(v * 1000n),
    timestampFromMicroseconds: v => timestamp(v),
    timestampFromNanoseconds: v => timestamp(v / 1000n),
    dateFromDays: v => (v === undefined ? undefined : new Date(v * 86400000).toISOString().slice(0, 10)),
    stringFromBytes: v => (v === undefined ? undefined : Buffer.from(v).toString('utf8')),
    jsonFromBytes: v => (v === undefined ? undefined : Buffer.from(v).toString('utf8')),
    uuidFromBytes: v => (v === undefined ? undefined : uuid(v)),
  };
  return async path => {
    const bytes = readFileSync(path);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const metadata = await parquetMetadataAsync(file);
    const fields = parquetSchema(metadata).children;
    const rows = [];
    await parquetReadObjects({ file, metadata, compressors, parsers, utf8: false }).then(r => rows.push(...r));
    return rows.map(row => Object.fromEntries(fields.map(f => [f.element.name, normalize(row[f.element.name], f)])));
  };

  function normalize(value, field) {
    if (value === null || value === undefined) return null;
    if (field?.element.converted_type === 'MAP') {
      const [key, element] = field.children[0].children;
      const entries = Array.isArray(value) ? value.map(e => [e.key, e.value]) : value instanceof Map ? [...value] : Object.entries(value);
      return entries.map(([k, v]) => ({ key: normalize(k, key), value: normalize(v, element) }));
    }
    if (Array.isArray(value)) return value.map(v => normalize(v, field?.children[0]?.children[0]));
    if (value instanceof Uint8Array) return bytesText(value);
    if (field?.element.converted_type === 'DECIMAL') return Number(value).toFixed(field.element.scale);
    return scalar(value);
  }
}

async function parquetWasm() {
  if (engine !== 'parquet-wasm') return null;
  const wasm = await import('parquet-wasm/node');
  const { tableFromIPC, DataType } = await import('apache-arrow');
  return async path => {
    const table = tableFromIPC(wasm.readParquet(readFileSync(path)).intoIPCStream());
    const rows = [];
    for (let i = 0; i < table.numRows; i++)
      rows.push(Object.fromEntries(table.schema.fields.map((f, c) => [f.name, normalize(table.getChildAt(c).get(i), f.type)])));
    return rows;
  };

  function normalize(value, type) {
    if (value === null || value === undefined) return null;
    if (DataType.isTimestamp(type)) return timestamp(BigInt(Math.round(Number(value) * 1000)));
    if (DataType.isDate(type)) return new Date(value).toISOString().slice(0, 10);
    if (DataType.isDecimal(type)) return decimal(value, type.scale);
    if (DataType.isMap(type)) {
      const [key, element] = type.children[0].type.children;
      return [...value].map(([k, v]) => ({ key: normalize(k, key.type), value: normalize(v, element.type) }));
    }
    if (DataType.isList(type)) return [...value].map(v => normalize(v, type.children[0].type));
    if (value instanceof Uint8Array) return type.byteWidth === 16 ? uuid(value) : bytesText(value);
    return scalar(value);
  }

  function decimal(words, scale) {
    let unscaled = 0n;
    for (let i = words.length - 1; i >= 0; i--) unscaled = (unscaled << 32n) | BigInt(words[i] >>> 0);
    unscaled = BigInt.asIntN(words.length * 32, unscaled);
    const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
    const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
    return unscaled < 0n ? `-${text}` : text;
  }
}

function scalar(value) {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  return value;
}

function timestamp(micros) {
  if (micros === undefined) return undefined;
  const seconds = (micros - (((micros % 1000000n) + 1000000n) % 1000000n)) / 1000000n;
  const fraction = (micros - seconds * 1000000n).toString().padStart(6, '0').replace(/0+$/, '');
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return fraction ? `${text}.${fraction}` : text;
}

function bytesText(bytes) {
  return [...bytes]
    .map(b => (b >= 32 && b < 127 && !'\'"'.includes(String.fromCharCode(b)) ? String.fromCharCode(b) : `\\x${b.toString(16).toUpperCase().padStart(2, '0')}`))
    .join('');
}

function uuid(bytes) {
  return Buffer.from(bytes).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function mapObject(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
