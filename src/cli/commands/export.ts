import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { download } from '../client.ts'
import { codeOf, type Deployment, Mistake } from '../command.ts'
import { EXIT } from '../program/exit-status.ts'
import { actAt, type CommandRegistration, type ServerOptions, withServer } from '../program/registration.ts'

type ExportQuery = { format: string | undefined; cursor: string | undefined }

/** File mode: only the owner may read and write the whole list. */
const OWNER_ONLY = 0o600
const NEWLINE = 0x0a

export const registerExport: CommandRegistration = (program) => {
  const described = program.command('export').description('write the confirmed supporters into a new file')
  withServer(described, 'supporters')
    .argument('<file>', 'a new file, .csv or .ndjson, created with mode 600')
    .action((file: string, options: ServerOptions) =>
      actAt(options, async (deployment, terminal) => {
        const format = /\.(csv|ndjson)$/i.exec(file)?.[1]?.toLowerCase()
        if (format === undefined) throw new Mistake(`${file}: expected a file name that ends in .csv or .ndjson`)
        await write(deployment, file, format)
        terminal.give({ file, format })
        terminal.say(
          `The list is in ${file}. It contains every supporter's address: keep the file safe, and delete it after use.`,
        )
        return EXIT.done
      }),
    )
}

async function write(deployment: Deployment, file: string, format: string): Promise<void> {
  let shares = 0
  async function* allShares() {
    for (let cursor: string | null = ''; cursor !== null; shares++) {
      const query: ExportQuery = { format, cursor: cursor === '' ? undefined : cursor }
      const answer: IncomingMessage = await download(deployment, '/api/supporters/export', { query })
      yield* shares > 0 && format === 'csv' ? withoutHeader(answer) : answer
      const next: string | undefined = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link))?.[1]
      cursor = next === undefined ? null : new URL(next, deployment.url).searchParams.get('cursor')
    }
  }
  const out = createWriteStream(file, { flags: 'wx', mode: OWNER_ONLY })
  try {
    await pipeline(allShares, out)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') await rm(file, { force: true }) // a part of a list looks like a whole one
    throw error
  }
}

/** The bytes of a CSV share after its first line, which every share repeats. The header contains no quoted line break. */
async function* withoutHeader(share: Readable): AsyncIterable<Buffer> {
  let isPast = false
  for await (const chunk of share as AsyncIterable<Buffer>) {
    const at = isPast ? -1 : chunk.indexOf(NEWLINE)
    if (isPast) yield chunk
    else if (at !== -1) {
      isPast = true
      yield chunk.subarray(at + 1)
    }
  }
}
