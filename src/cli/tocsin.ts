#!/usr/bin/env node
/** `npm run tocsin -- COMMAND`, or `npx --no-install tocsin COMMAND`: the organisers' command line. */

import { CommanderError } from 'commander'
import { WrongUsage } from './command.ts'
import { EXIT } from './program/exit-status.ts'
import { buildProgram } from './program/program.ts'
import { NOTHING_DONE, run } from './program/run.ts'
import { swallowedOptions } from './program/swallowed-options.ts'

const program = buildProgram()
const swallowed = swallowedOptions(program, process.argv.slice(2), process.env)
if (swallowed !== undefined)
  await run(async () => {
    throw new WrongUsage(swallowed)
  })
else
  await program.parseAsync().catch((error: unknown) => {
    if (!(error instanceof CommanderError)) throw error
    const isHelp = error.exitCode === 0
    if (!isHelp && error.code !== 'commander.help') console.error(NOTHING_DONE)
    process.exitCode = isHelp ? EXIT.done : EXIT.wrongUsage
  })
