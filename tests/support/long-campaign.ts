import { type Campaign, type CampaignWords, wordsIn } from '../../src/campaigns/campaign.ts'
import type { Block, Prose } from '../../src/campaigns/text/prose.ts'

/** Numbers from 0 to 1 that are the same for the same seed. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** All words of a campaign in a language, in any order again and again: shuffled words do not compress as a repeated text does. */
export function shuffledWords(campaign: Campaign, locale: string, seed: number): (chars: number) => string {
  const next = random(seed)
  const known = [...new Set(JSON.stringify(wordsIn(campaign, locale)).match(/[\p{L}\p{M}]{2,}/gu) ?? [])]
  return (chars) => {
    let text = ''
    while (text.length < chars) text += `${text && ' '}${known[Math.floor(next() * known.length)]}`
    return text.slice(0, chars).trim()
  }
}

/** A campaign whose texts and lists are `times` as long, in words of its own in each of `locales`. */
export function lengthenedCampaign(
  campaign: Campaign,
  locales: readonly string[],
  times: number,
  seed: number,
): Campaign {
  const repeat = <T>(list: readonly T[], change: (item: T, round: number) => T): T[] =>
    Array.from({ length: times }, (_, round) => list.map((item) => change(item, round))).flat()
  const words = Object.fromEntries(
    locales.map((locale) => [
      locale,
      longWords(wordsIn(campaign, locale), shuffledWords(campaign, locale, seed), times),
    ]),
  )
  return {
    ...campaign,
    words,
    targets: repeat(campaign.targets, (target, n) => ({ ...target, id: `${target.id}-${n}` })),
    sources: repeat(campaign.sources, (source, n) => ({ ...source, id: `${source.id}-${n}` })),
    organisations: repeat(campaign.organisations, (one, n) => ({ ...one, id: n === 0 ? one.id : `${one.id}-${n}` })),
    claims: repeat(campaign.claims, (claim) => claim),
  }
}

const MAX_TITLE = 120
const MAX_SUMMARY = 400

function longWords(words: CampaignWords, say: (chars: number) => string, times: number): CampaignWords {
  const prose = (given: Prose): Prose =>
    Array.from({ length: times }, () => given.map((block) => paragraph(say(lengthOf(block))))).flat()
  const demands = Array.from({ length: times }, () => words.demands.map((demand) => say(demand.length))).flat()
  return {
    ...words,
    title: say(Math.min(words.title.length * times, MAX_TITLE)),
    summary: say(Math.min(words.summary.length * times, MAX_SUMMARY)),
    demands,
    appeal: prose(words.appeal),
    ...(words.background && { background: prose(words.background) }),
    ...(words.letter && { letter: prose(words.letter) }),
    ...(words.openLetter && { openLetter: prose(words.openLetter) }),
    updates: Array.from({ length: times }, (_, n) =>
      words.updates.map((update) => ({
        ...update,
        id: `${update.id}-${n}`,
        title: say(update.title.length),
        body: prose(update.body),
      })),
    ).flat(),
  }
}

const paragraph = (text: string): Block => ({ kind: 'paragraph', children: [{ kind: 'text', text }] })
const lengthOf = (block: Block): number => JSON.stringify(block).replace(/"[a-z]+":|"[a-z]+"|[{}[\],]/g, '').length
