/** Front matter of a Markdown file: the YAML between two lines of three hyphens, and the Markdown below. */
type FrontMatter = { yaml: string; body: string; bodyLine: number }

const FENCE = /^---[ \t]*$/

/** Splits a file into front matter and body; null when the file has no front matter. The YAML begins on line 2. */
export function splitFrontMatter(text: string): FrontMatter | null {
  const lines = text.split('\n')
  if (!FENCE.test(lines[0] ?? '')) return null
  const end = lines.findIndex((line, i) => i > 0 && FENCE.test(line))
  if (end === -1) return null
  return { yaml: lines.slice(1, end).join('\n'), body: lines.slice(end + 1).join('\n'), bodyLine: end + 2 }
}

/** The file with `madeFrom` set in its front matter and all else unchanged; null without front matter. */
export function withMadeFrom(text: string, madeFrom: string): string | null {
  const parts = splitFrontMatter(text)
  if (parts === null) return null
  const stamp = `madeFrom: '${madeFrom}'` // in quotes, because some revisions look like numbers
  const yaml = /^madeFrom:.*$/m.test(parts.yaml)
    ? parts.yaml.replace(/^madeFrom:.*$/m, stamp)
    : `${parts.yaml.trimEnd()}\n${stamp}`
  return `---\n${yaml}\n---\n${parts.body}`
}
