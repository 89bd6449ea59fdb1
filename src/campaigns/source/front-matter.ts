/** The YAML between two lines of three hyphens at the head of a Markdown file, and the Markdown after it. */
export type FrontMatter = { yaml: string; body: string; bodyLine: number }

const FENCE = /^---[ \t]*$/

/** The two parts of a file, or null when it does not begin with front matter. The YAML begins on line 2. */
export function splitFrontMatter(text: string): FrontMatter | null {
  const lines = text.split('\n')
  if (!FENCE.test(lines[0] ?? '')) return null
  const end = lines.findIndex((line, i) => i > 0 && FENCE.test(line))
  if (end === -1) return null
  return { yaml: lines.slice(1, end).join('\n'), body: lines.slice(end + 1).join('\n'), bodyLine: end + 2 }
}

/** The file with `madeFrom` set in its front matter, every other character as it was; null without front matter. */
export function withMadeFrom(text: string, madeFrom: string): string | null {
  const parts = splitFrontMatter(text)
  if (parts === null) return null
  const stamp = `madeFrom: '${madeFrom}'` // in quotes, for some revisions look like numbers
  const yaml = /^madeFrom:.*$/m.test(parts.yaml)
    ? parts.yaml.replace(/^madeFrom:.*$/m, stamp)
    : `${parts.yaml.trimEnd()}\n${stamp}`
  return `---\n${yaml}\n---\n${parts.body}`
}
