import type { Child } from 'hono/jsx'
import { inParts, wireWeight } from '../../text/wire-weight.ts'
import type { CaseSection } from './case-sections.tsx'

/** Weight of the words of a part: with style, headers and the frame, the page stays below 10,000 bytes on the wire. */
const MAX_PART_WEIGHT = 5_200

type CaseItem = { section: CaseSection; at: number }
/** Items of one section that stand on the same part. */
type ItemRun = { section: CaseSection; from: number; to: number }
export type CasePart = ReadonlyArray<{ content: Child; reader: boolean }>

/** The sections in parts of bounded weight. `path` is the path of a part by its number from 1. */
export function caseParts(sections: readonly CaseSection[], path: (part: number) => string): CasePart[] {
  const parts = runsOf(sections)
  const partOf = new Map(
    parts.flatMap((runs, index) =>
      runs.flatMap(({ section, from, to }) =>
        (section.source?.slice(from, to) ?? []).map((id) => [id, index] as const),
      ),
    ),
  )
  return parts.map((runs, here) => {
    const sourceHref = (id: string) => {
      const there = partOf.get(id) ?? here
      return `${there === here ? '' : path(there + 1)}#source-${id}`
    }
    return runs.map(({ section, from, to }) => ({
      content: section.view(from, to, sourceHref),
      reader: section.reader === true,
    }))
  })
}

function runsOf(sections: readonly CaseSection[]): ItemRun[][] {
  const items = sections.flatMap((section) =>
    Array.from({ length: section.count }, (_, at): CaseItem => ({ section, at })),
  )
  const weightOf = ({ section, at }: CaseItem) => wireWeight(String(section.view(at, at + 1, (id) => `#source-${id}`)))
  return inParts(items, weightOf, MAX_PART_WEIGHT).map((part) => {
    const runs: ItemRun[] = []
    for (const { section, at } of part) {
      const last = runs.at(-1)
      if (last?.section === section) last.to = at + 1
      else runs.push({ section, from: at, to: at + 1 })
    }
    return runs
  })
}
