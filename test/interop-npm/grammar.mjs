// usage: node grammar.mjs < QUERIES
// Reads a JSON string a line and prints, for each, whether Grafana's own grammar of TraceQL accepts it: "yes" or "no".
import { createInterface } from 'node:readline';
import { parser } from '@grafana/lezer-traceql';

const answers = [];
for await (const line of createInterface({ input: process.stdin })) {
  let correct = true;
  parser.parse(JSON.parse(line)).iterate({
    enter: node => {
      correct &&= !node.type.isError;
    },
  });
  answers.push(correct ? 'yes' : 'no');
}
process.stdout.write(answers.map(answer => `${answer}\n`).join(''));
