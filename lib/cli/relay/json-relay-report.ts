import type { PickupRelay, RelaySummary } from '../../relay/engine/pickup-relay.js';
import type { RelayEvent } from '../../relay/relay-event.js';
import type { CommandOutput } from '../command-io.js';
import { jsonLine } from '../text-output.js';
import { RelayReport } from './relay-report.js';

/** JSON lines, for logs and programs. */
export class JsonRelayReport extends RelayReport {
  readonly #output: CommandOutput;

  constructor(output: CommandOutput) {
    super();
    this.#output = output;
  }

  override begin(relay: PickupRelay): void {
    this.#line({ event: 'started', directory: relay.directory });
    for (const warning of relay.warnings) this.warn(warning);
  }

  override warn(text: string): void {
    this.#line({ event: 'warning', reason: text });
  }

  override end(summary: RelaySummary): void {
    this.#line({ event: 'ended', ...summary });
  }

  protected override show({ type, ...facts }: RelayEvent): void {
    this.#line({ event: type, ...facts });
  }

  #line(facts: object): void {
    this.#output.write(jsonLine({ time: new Date().toISOString(), ...facts }));
  }
}
