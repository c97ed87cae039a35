// usage: node query.mjs SQL...
// Runs each query in DuckDB and prints one line for it: {"rows":[...]} or {"error":"..."}.
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run("set timezone = 'UTC'");
for (const sql of process.argv.slice(2)) {
  let line;
  try {
    line = { rows: (await connection.runAndReadAll(sql)).getRowObjectsJson() };
  } catch (error) {
    line = { error: String(error.message ?? error) };
  }

  // exit does not wait for a pipe
  await new Promise(done => process.stdout.write(`${JSON.stringify(line)}\n`, done));
}
process.exit(0);
