import { afterAll, beforeAll, expect, test } from 'vitest'
import { AXE_WITHIN_MS, axeOnEveryMail, axeOnEveryPage, LOCALES } from '../browser/every-page.ts'
import { openSite, type Site } from '../browser/site.ts'

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.close())

const looks = [360, 1280].flatMap((width) =>
  (['light', 'dark'] as const).flatMap((scheme) => LOCALES.map((locale) => ({ locale, width, scheme }))),
)

test.each(looks)(
  'axe finds nothing on any page in $locale at $width px, $scheme',
  {
    timeout: AXE_WITHIN_MS,
  },
  async (look) => {
    expect(await axeOnEveryPage(site, look)).toEqual([])
  },
)

test.each(looks.filter(({ width }) => width === 360))(
  'axe finds nothing in any mail in $locale, $scheme',
  {
    timeout: AXE_WITHIN_MS,
  },
  async (look) => {
    expect(await axeOnEveryMail(site, look)).toEqual([])
  },
)
