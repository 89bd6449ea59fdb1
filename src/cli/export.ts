/** `npm run export -- <file>`: writes the confirmed supporters into a new file. */

import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { download } from './client.ts'
import { deploymentAt, Mistake, run } from './command.ts'

const USAGE = `npm run export -- FILE [options]

  FILE                      a new file, .csv or .ndjson, created with mode 0600
  --url URL                 the deployment (TOCSIN_URL, else http://127.0.0.1:8787)

The token is TOCSIN_TOKEN, from the environment or from .dev.vars; it needs the scope supporters.`

type ExportQuery = { format: string | undefined; cursor: string | undefined }

/** File mode: only the owner may read and write the whole list. */
const OWNER_ONLY = 0o600
const NEWLINE = 0x0a

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { url: { type: 'string' }, help: { type: 'boolean', default: false } },
  })
  const [file] = positionals
  if (values.help || file === undefined) {
    console.log(USAGE)
    return values.help ? 0 : 1
  }
  const format = /\.(csv|ndjson)$/i.exec(file)?.[1]?.toLowerCase()
  if (format === undefined) throw new Mistake(`${file}: expected a file name that ends in .csv or .ndjson`)
  const deployment = deploymentAt(values.url)
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
    const isOlderFile = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!isOlderFile) await rm(file, { force: true }) // a part of a list looks like a whole one
    throw error
  }
  console.log(
    `The list is in ${file}. It contains every supporter's address: keep the file safe, and delete it after use.`,
  )
  return 0
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

await run(main)
