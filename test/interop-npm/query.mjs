// usage: node query.mjs SQL...
// Prints the rows of each query as one line: [...] in the JSON that DuckDB makes of values, or {"error":"..."}.
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run("set timezone = 'UTC'");
for (const sql of process.argv.slice(2)) {
  let result;
  try {
    result = (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } catch (error) {
    result = { error: String(error.message ?? error) };
  }

  // exit does not wait for a pipe
  await new Promise(done => process.stdout.write(`${JSON.stringify(result)}\n`, done));
}
process.exit(0);
