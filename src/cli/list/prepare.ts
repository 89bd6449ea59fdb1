import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PAGE_LOCALES } from '../../kit/page-texts.ts'
import { UnreadableFile } from '../../supporters/import/refusals.ts'
import { Mistake, WrongUsage } from '../command.ts'
import type { Terminal } from '../program/terminal.ts'
import type { DateOrder } from './date-order.ts'
import { decodeList, type ListEncoding } from './decode.ts'
import { describeFile, describePlan, encodingText, questionText } from './describe.ts'
import { readMapping } from './header.ts'
import { type ImportPlan, planImport } from './plan.ts'
import { readList } from './read-list.ts'

/** What an organiser says of a file. */
export type FileOptions = {
  map?: string[]
  dates?: DateOrder
  encoding?: ListEncoding
  source?: string
  subscribed?: string
  left?: string
  ignoreColumns?: string
}

const NO_PERSON = 'no person in this file: expected a row for each person below the names of the columns'

/** Mode of the file with the people who are sent: only its owner may read it. */
const PRIVATE = 0o600

/**
 * Reads a whole list, shows what an import would do, and gives the path of a file with what is to be sent, one person a line.
 * @throws Mistake, WrongUsage with a question or what is wrong with the file
 */
export async function prepareImport(
  terminal: Terminal,
  file: string,
  options: FileOptions,
  now: number,
): Promise<string> {
  const format = /\.csv$/i.test(file) ? 'csv' : /\.(ndjson|jsonl)$/i.test(file) ? 'ndjson' : null
  if (format === null) throw new Mistake(`${file}: expected a file name that ends in .csv or .ndjson`)
  const map = new Map(
    (options.map ?? []).map((text) => {
      const read = readMapping(text)
      if (!read.ok) throw new WrongUsage(read.error)
      return read.value
    }),
  )
  const decoded = decodeList(readFileSync(file), options.encoding)
  if (!decoded.ok) throw new Mistake(`${file}: not UTF-8. ${encodingText(decoded.error)}`)
  const { text, encoding } = decoded.value
  const plan = await unreadable(file, async () => {
    if (text.trim() === '')
      throw new Mistake(`${file}: the file is empty: expected a list of people, as docs/import.md shows`)
    const list = await readList(text, format, map)
    if (!list.ok) throw new Mistake(`${file}: ${list.error}`)
    if (list.value.columns.length > 0)
      for (const line of describeFile(list.value.columns, encoding, options.source !== undefined)) terminal.say(line)
    if (list.value.rows.length + list.value.refused.length === 0) throw new Mistake(`${file}: ${NO_PERSON}`)
    const words = (typed = '') =>
      typed
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '')
    const answers = {
      subscribed: words(options.subscribed),
      left: words(options.left),
      ignored: words(options.ignoreColumns),
    }
    return planImport(list.value, { locales: PAGE_LOCALES, now, answers, dates: options.dates, source: options.source })
  })
  if ('kind' in plan) throw new Mistake(`${file}: ${questionText(plan)}`)
  show(terminal, plan)
  const path = join(mkdtempSync(join(tmpdir(), 'tocsin-import-')), 'list.ndjson')
  writeFileSync(path, plan.body, { mode: PRIVATE })
  return path
}

/** Deletes the file of `prepareImport`. */
export const removePrepared = (path: string): void => rmSync(join(path, '..'), { recursive: true, force: true })

function show(terminal: Terminal, plan: ImportPlan): void {
  for (const line of describePlan(plan)) terminal.say(line)
  terminal.give({
    plan: plan.counts,
    otherLanguages: plan.unspoken,
    reasons: [...plan.reasons].map(([reason, rows]) => ({ reason, rows })),
  })
}

async function unreadable<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof UnreadableFile) throw new Mistake(`${file}: ${error.message}`)
    throw error
  }
}
