import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { sentenceOf } from '../shared/failure.js';
import { createAgent } from './create-agent.js';
import { ResetRequestService } from './reset/reset-request.service.js';

/** `node sample-app/dist/agent/main.js --reset ann`: answers one reset request and ends. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { reset: { type: 'string' } } });
  if (values.reset === undefined) throw new Error('Usage: node agent/main.js --reset <login>');
  const agent = await createAgent();
  try {
    const receipt = await agent.get(ResetRequestService).requestReset(values.reset);
    console.log(`Reset mail for ${values.reset}: ${receipt.status}, ${receipt.file ?? receipt.messageId}`);
    if (receipt.status === 'suppressed') process.exitCode = 1;
  } finally {
    await agent.close();
  }
}

main().catch((failure: unknown) => {
  console.error(sentenceOf(failure));
  process.exitCode = 1;
});
