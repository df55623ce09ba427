#!/usr/bin/env node
import { processIo } from './process-io.js';
import { runCommand } from './run-command.js';

process.exitCode = await runCommand(process.argv.slice(2), processIo());
