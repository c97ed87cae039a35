// usage: node bench.mjs write OURS.parquet THEIRS.parquet ROUNDS | scan OURS.parquet ROUNDS | sql QUERY ROUNDS
// write: loads the rows of OURS into memory and writes them to THEIRS with DuckDB's COPY. scan: groups OURS by hour and node, with exact and with
// approximate percentiles. Prints the best times in milliseconds, and the peak of the process's memory.
import { statSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [mode, ...rest] = process.argv.slice(2);
const rounds = Number(rest.at(-1));
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run("set threads = 1; set timezone = 'UTC'");
const output = mode === 'write' ? await write(rest[0], rest[1]) : mode === 'sql' ? { ...(await best(rest[0])), answer: await answer(rest[0]) } : await scan(rest[0]);
await new Promise(done => process.stdout.write(JSON.stringify({ ...output, peak: process.resourceUsage().maxRSS * 1024 }, numbers), done));
process.exit(0);

async function write(ours, theirs) {
  await connection.run(`create table spans as select * from read_parquet('${ours}', hive_partitioning = false)`);
  return await best(`copy spans to '${theirs}' (format parquet, parquet_version V2, compression zstd, compression_level 1)`);
}

async function scan(ours) {
  const query = percentiles => `select epoch_us("timestamp") // 3600000000 as hour, node_name, count(*), avg((status_code = 2)::integer),
    avg(coalesce(cache_result = 'hit', false)::integer), ${percentiles}
    from read_parquet('${ours}', hive_partitioning = false) group by all order by all`;
  const exact = await best(query('quantile_cont(duration_nano, 0.5), quantile_cont(duration_nano, 0.95)'));
  const approximate = await best(query('approx_quantile(duration_nano, 0.5), approx_quantile(duration_nano, 0.95)'));
  return { ...(exact.elapsed < approximate.elapsed ? exact : approximate), exact, approximate };
}

async function answer(sql) {
  return (await connection.runAndReadAll(sql)).getRowObjects();
}

// JSON has no form for the 64 bit integers that DuckDB gives
function numbers(key, value) {
  return typeof value === 'bigint' ? Number(value) : value;
}

async function best(sql) {
  const least = { elapsed: Infinity, processor: Infinity };
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    const start = performance.now();
    await connection.run(sql);
    const used = process.cpuUsage(before);
    least.elapsed = Math.min(least.elapsed, performance.now() - start);
    least.processor = Math.min(least.processor, (used.user + used.system) / 1000);
  }
  return least;
}
