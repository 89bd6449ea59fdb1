import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../local/bundle.ts'

/** A setting in `.dev.vars.example`; `<TRANSPORT>_` stands for every transport. */
const LINE = /^#?(<TRANSPORT>_)?([A-Z][A-Z0-9_]*)=/gm

/** The name in place of `<TRANSPORT>`, of each file in src/transports/drivers. */
const transports = (): string[] =>
  readdirSync(join(root, 'src', 'transports', 'drivers')).map((file) => file.replace(/\.ts$/, '').toUpperCase())

/** All names of settings, as `.dev.vars.example` lists them. */
export function settingNames(): Set<string> {
  const example = readFileSync(join(root, '.dev.vars.example'), 'utf8')
  const names = [...example.matchAll(LINE)].flatMap(([, ofTransports, name = '']) =>
    ofTransports === undefined ? [name] : transports().map((transport) => `${transport}_${name}`),
  )
  return new Set(names)
}

/** Letters that may be wrong, missing or too many in a name that was probably meant. */
const MAX_WRONG_LETTERS = 2

/** The known name that a mistyped one probably means. */
export function probablyMeant(typed: string, known: Iterable<string>): string | undefined {
  const near = [...known].map((name) => ({ name, wrong: wrongLetters(typed, name) }))
  return near.filter(({ wrong }) => wrong <= MAX_WRONG_LETTERS).sort((a, b) => a.wrong - b.wrong)[0]?.name
}

/** Letters to change, add, remove or swap with the next (optimal string alignment distance). */
function wrongLetters(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : a.length
      row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), swapped)
    }
  }
  return at(a.length, b.length)
}
