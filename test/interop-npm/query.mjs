// usage: node query.mjs SQL...
// Runs each query in DuckDB and prints one line for it: {"rows":[...]} or {"error":"..."}.
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
for (const sql of process.argv.slice(2)) {
  let line;
  try {
    line = { rows: (await connection.runAndReadAll(sql)).getRowObjectsJson() };
  } catch (error) {
    line = { error: String(error.message ?? error) };
  }
  await new Promise(done => process.stdout.write(`${JSON.stringify(line)}\n`, done));
}
process.exit(0);
