import { parseJson } from '../../kit/parse-json.ts'
import { MAX_ROW_BYTES, type RowReader, type RowSink } from './row-reader.ts'

/** Known keys of a line. */
const KEYS: readonly string[] = ['email', 'name', 'locales', 'topics', 'country', 'consent']

function objectIn(line: string): Record<string, unknown> | null {
  const json = parseJson(line)
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : null
}

/** Reads one JSON object per line (ndjson.org). A line over MAX_ROW_BYTES is skipped and refused as too long. */
export function ndjsonReader(sink: RowSink): RowReader {
  const decoder = new TextDecoder()
  let rest = ''
  let tooLong = false
  let rows = 0

  function addRow(line: string, isLast: boolean): void {
    rows++
    const isTooLong = tooLong || line.length > MAX_ROW_BYTES
    tooLong = false
    if (!isTooLong && line.trim() === '') return
    const json = isTooLong ? null : objectIn(line)
    if (json === null) {
      sink.refuse(rows, isTooLong ? 'too-long' : isLast ? 'torn' : 'not-json')
      return
    }
    const others = Object.entries(json).filter(([key]) => !KEYS.includes(key))
    for (const [key] of others) sink.ignore(key)
    sink.row(rows, json, others)
  }

  function read(text: string): void {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) addRow(line, false)
    if (rest.length > MAX_ROW_BYTES) {
      tooLong = true
      rest = ''
    }
  }

  return {
    async write(chunk) {
      read(decoder.decode(chunk, { stream: true }))
    },
    async end() {
      read(decoder.decode())
      if (rest !== '' || tooLong) addRow(rest, true)
      return rows
    },
  }
}
