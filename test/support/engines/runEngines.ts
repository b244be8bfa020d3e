/** Generated engines in a process of their own: `node runEngines.ts FOLDER ENGINES CONTAINERS`, one JSON question per line of stdin. */
import { createInterface } from 'node:readline';
import { GeneratedEngines } from './generatedEngines.ts';

const [folder = '', engines = '', containersPerEngine = ''] = process.argv.slice(2);
const generated = await GeneratedEngines.start({
  folder,
  engines: Number(engines),
  containersPerEngine: Number(containersPerEngine),
});
tell({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line) as
    | { readonly do: 'followed' | 'calls' | 'truth' }
    | { readonly do: 'change'; readonly engine: string; readonly container: string }
    | { readonly do: 'storm'; readonly eventsPerSecond: number; readonly durationMs: number };
  switch (question.do) {
    case 'followed':
      tell(generated.followed);
      break;
    case 'calls':
      tell(generated.calls);
      break;
    case 'truth':
      tell(generated.truth());
      break;
    case 'change':
      generated.change(question.engine, question.container);
      tell(true);
      break;
    case 'storm':
      tell(await generated.storm(question.eventsPerSecond, question.durationMs));
      break;
  }
}
// Whoever asked is gone.
await generated.close();

function tell(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
