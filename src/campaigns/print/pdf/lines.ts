/** A piece of text in one style. */
export type TextRun = { text: string; bold?: boolean; slanted?: boolean }
export type TextLine = readonly TextRun[]
/** Returns the width of a run in points. */
export type Measure = (run: TextRun) => number

/** Pieces between possible line breaks: at spaces except non-breaking ones, and after a hyphen between letters. */
const PIECE = /\n| +|[^ \n]+?(?<=\p{L}[-–—])(?=\p{L})|[^ \n]+/gu

/** Runs without a possible line break between them; `before` is the space in front. */
type Word = { runs: TextRun[]; before?: TextRun | undefined }

/**
 * Breaks text into lines of at most `width` points. A line feed ends a line. A word longer than a line is cut between
 * characters.
 */
export function linesOf(runs: readonly TextRun[], width: number, measure: Measure): TextLine[] {
  const lines: TextRun[][] = [[]]
  let used = 0
  const put = (run: TextRun) => {
    const line = lines.at(-1) ?? []
    const last = line.at(-1)
    if (last !== undefined && last.bold === run.bold && last.slanted === run.slanted) {
      line[line.length - 1] = { ...last, text: last.text + run.text }
    } else line.push(run)
    used += measure(run)
  }
  const begin = () => {
    lines.push([])
    used = 0
  }
  for (const word of wordsOf(runs)) {
    if (word === 'line') {
      begin()
      continue
    }
    const wide = sum(word.runs, measure)
    if (used > 0) {
      const space = word.before === undefined ? 0 : measure(word.before)
      if (used + space + wide > width) begin()
      else if (word.before !== undefined) put(word.before)
    }
    if (wide <= width) word.runs.forEach(put)
    else
      for (const run of word.runs)
        for (const part of charactersOf(run)) {
          if (used > 0 && used + measure(part) > width) begin()
          put(part)
        }
  }
  return lines
}

const sum = (runs: readonly TextRun[], measure: Measure): number => runs.reduce((all, run) => all + measure(run), 0)

const charactersOf = (run: TextRun): TextRun[] => [...run.text].map((text) => ({ ...run, text }))

function* wordsOf(runs: readonly TextRun[]): Generator<Word | 'line'> {
  let word: Word = { runs: [] }
  for (const run of runs) {
    for (const [text] of run.text.matchAll(PIECE)) {
      const ends = text === '\n' || text.startsWith(' ')
      if (ends && word.runs.length > 0) {
        yield word
        word = { runs: [] }
      }
      if (text === '\n') yield 'line'
      else if (ends) word.before = { ...run, text: ' ' }
      else {
        word.runs.push({ ...run, text })
        if (!/[-–—]$/.test(text)) continue
        yield word
        word = { runs: [] }
      }
    }
  }
  if (word.runs.length > 0) yield word
}
