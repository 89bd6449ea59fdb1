/** The pages, papers and texts of a campaign, as a server answers them. */

import type { Campaign } from '../../src/campaigns/campaign.ts'
import { paths } from '../../src/paths.ts'
import type { Shown } from './shown.ts'

/** A path of the server, and what its answer is to be called. `title` undefined: found by following the parts of a text. */
type Wanted = Pick<Shown, 'kind' | 'name' | 'title'> & { path: string; ending: string }

/** Most parts of one text that are asked for. A campaign's files hold less. */
const MAX_PARTS = 200

/** Asks for everything that the campaign has in one language. What it does not have, the server answers with 404. */
export async function pagesIn(url: string, { slug }: Campaign, locale: string): Promise<Shown[]> {
  const at = (path: string) => new URL(path, url)
  const found = await Promise.all(single(slug, locale).map((wanted) => ask(at, wanted, locale)))
  const more = await inParts((part) =>
    ask(at, { ...page('The whole case', `more-${part}`), path: paths.more(locale, slug, part) }, locale),
  )
  const text = await inParts((part) =>
    ask(
      at,
      {
        kind: 'text',
        name: `appeal-${part}`,
        title: `Plain text for messengers, part ${part}`,
        path: paths.campaignText(slug, locale, part),
        ending: 'txt',
      },
      locale,
    ),
  )
  const [front, ...others] = found
  return [front, ...more, ...others, ...text].filter((one) => one !== null && one !== undefined)
}

const page = (title: string, name: string) => ({ kind: 'page' as const, ending: 'html', title, name })

const single = (slug: string, locale: string): Wanted[] => [
  { ...page('Page of the campaign', 'page'), path: paths.campaign(locale, slug) },
  { ...page('Write a letter', 'write'), path: paths.write(locale, slug) },
  { ...page('Share', 'share'), path: paths.share(locale, slug) },
  { ...page('Send a message of support', 'support'), path: paths.support(locale, slug) },
  { ...page('Sign on as an organisation', 'endorse'), path: paths.endorse(locale, slug) },
  { ...page('Sign-up form on other sites', 'embed'), path: paths.embed(locale, slug) },
  { ...page('Letters to print', 'letter'), path: paths.letterSheets(locale, slug) },
  ...(['a4', 'letter'] as const).map((paper) => ({
    kind: 'paper' as const,
    name: `letter-${paper}`,
    title: `Letters to print, ${paper === 'a4' ? 'A4' : 'US Letter'}`,
    path: paths.letterPdf(locale, slug, paper),
    ending: 'pdf',
  })),
  {
    kind: 'paper',
    name: 'picture',
    title: 'Picture of shared links',
    path: paths.picture(locale, slug, '0'),
    ending: 'png',
  },
  { kind: 'text', name: 'events', title: 'Calendar', path: paths.calendar(locale, slug), ending: 'ics' },
]

/** All parts of a text, in order. */
async function inParts(part: (n: number) => Promise<Shown | null>): Promise<Shown[]> {
  const found: Shown[] = []
  for (let n = 1; n <= MAX_PARTS; n++) {
    const one = await part(n)
    if (one === null) break
    found.push(one)
  }
  return found
}

/** Null where the campaign has no such page: the server answers 404. @throws Error for any other failure */
async function ask(
  at: (path: string) => URL,
  { path, ending, ...what }: Wanted,
  locale: string,
): Promise<Shown | null> {
  const answer = await fetch(at(path), { redirect: 'manual' })
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (answer.status === 404 || answer.status === 410) return null
  if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`)
  const styled = ending === 'html' ? await withStyles(at, new TextDecoder().decode(bytes)) : undefined
  return { ...what, locale, files: { [ending]: bytes }, ...(styled !== undefined && { styled }) }
}

const STYLE_LINK = /<link rel="stylesheet" href="(\/[^"]+)"\s*\/?>/g

/** The page with its style sheets inside; undefined if it links to none. */
async function withStyles(at: (path: string) => URL, html: string): Promise<string | undefined> {
  const links = [...html.matchAll(STYLE_LINK)].map(([link, path = '']) => ({ link, path }))
  if (links.length === 0) return undefined
  let styled = html
  for (const { link, path } of links) {
    const css = await (await fetch(at(path))).text()
    styled = styled.replace(link, () => `<style>${css}</style>`)
  }
  return styled
}
