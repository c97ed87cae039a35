// usage: node bench.mjs OURS.parquet THEIRS.parquet ROUNDS
// Loads the rows of OURS into memory, writes them to THEIRS with DuckDB's COPY, scans OURS with DuckDB; prints the best times in milliseconds.
import { statSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [ours, theirs, rounds] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run("set threads = 1; set timezone = 'UTC'");
await connection.run(`create table spans as select * from read_parquet('${ours}', hive_partitioning = false)`);
const write = await best(`copy spans to '${theirs}' (format parquet, parquet_version V2, compression zstd, compression_level 1)`);
await connection.run('drop table spans');
const scan = await best(`select epoch_us("timestamp") // 3600000000 as hour, node_name, count(*), avg((status_code = 2)::integer),
  avg(coalesce(cache_result = 'hit', false)::integer), quantile_cont(duration_nano, 0.5), quantile_cont(duration_nano, 0.95)
  from read_parquet('${ours}', hive_partitioning = false) group by all order by all`);
await new Promise(done => process.stdout.write(JSON.stringify({ write, scan, size: statSync(theirs).size }), done));
process.exit(0);

async function best(sql) {
  const least = { elapsed: Infinity, processor: Infinity };
  for (let round = 0; round < Number(rounds); round++) {
    const before = process.cpuUsage();
    const start = performance.now();
    await connection.run(sql);
    const used = process.cpuUsage(before);
    least.elapsed = Math.min(least.elapsed, performance.now() - start);
    least.processor = Math.min(least.processor, (used.user + used.system) / 1000);
  }
  return least;
}
