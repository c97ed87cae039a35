import { DuckDBInstance } from '@duckdb/node-api';
const c = await (await DuckDBInstance.create(':memory:')).connect();
const r = await c.runAndReadAll(`select a.path_in_schema p, a.s ours, b.s theirs, a.e, b.e from (select path_in_schema, sum(total_compressed_size)::bigint s, any_value(encodings) e from parquet_metadata('/tmp/pqb/ours.parquet') group by 1) a join (select path_in_schema, sum(total_compressed_size)::bigint s, any_value(encodings) e from parquet_metadata('/tmp/pqb/duckdb.parquet') group by 1) b on replace(a.path_in_schema,' ','')=replace(b.path_in_schema,' ','') order by 2 desc limit 14`);
for (const x of r.getRowsJson()) console.log(x.join('  '));
const r2 = await c.runAndReadAll(`select row_group_id, num_values, total_compressed_size, total_uncompressed_size, encodings, (select max(row_group_id) from parquet_metadata('/tmp/pqb/duckdb.parquet')) from parquet_metadata('/tmp/pqb/ours.parquet') where path_in_schema like 'attributes%value' or path_in_schema = 'parent_span_id' order by 5,1`);
for (const x of r2.getRowsJson()) console.log(x.join('  '));
process.exit(0);
