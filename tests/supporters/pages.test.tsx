import { describe, expect, it } from 'vitest'
import { pageStrings } from '../../src/kit/page-strings.gen.ts'
import { redeemToken } from '../../src/security/token.ts'
import { signUpIn } from '../../src/supporter-list/pending-sign-up.ts'
import { SignUpPage } from '../../src/supporters/pages.tsx'
import { signUp } from '../../src/supporters/sign-up.ts'
import { HONEYPOT_FIELD } from '../../src/web/honeypot.tsx'
import { supporterWorld, testSettings } from '../support/supporter-world.ts'

const settings = await testSettings()
const pageWith = (values: Record<string, string | string[]>, changed = {}) =>
  String(
    <SignUpPage
      locale="en"
      settings={{ ...settings, ...changed }}
      stamp="stamp"
      values={values}
      errors={[{ path: 'email', message: 'fault.email.no-domain' }]}
      sent={false}
    />,
  )

/** The version of the consent that a sign-up by this form stores. */
async function storedVersion(): Promise<string | undefined> {
  const world = await supporterWorld()
  await signUp(world.deps(), { email: 'anna@example.org' }, { locale: 'en', via: 'page', stamped: false })
  const token = world.post.of('confirm')[0]?.values.confirm?.split('/confirm/')[1] ?? ''
  const read = await redeemToken(world.settings.keys, 'confirm', token, Date.now())
  return read.ok ? signUpIn(read.value)?.pending.wording : undefined
}

describe('the sign-up page', () => {
  it('shows typed values as text', () => {
    const page = pageWith({ email: '"><script>alert(1)</script>', name: `' onfocus='alert(1)`, country: '<b>' })
    expect(page).not.toContain('<script>')
    expect(page).not.toContain(`' onfocus`)
    expect(page).toContain('&quot;&gt;&lt;script&gt;')
  })

  it('has the honeypot field, hidden from people', () => {
    expect(pageWith({})).toMatch(
      new RegExp(`aria-hidden="true".*name="${HONEYPOT_FIELD}" tabindex="-1" autocomplete="off"`),
    )
  })

  it('shows the consent sentence of the stored version', async () => {
    const stored = await storedVersion()
    const sentence = pageStrings.en?.[`consent.${stored}`]?.replace('{sender}', settings.senderName)
    expect(sentence).toContain(settings.senderName)
    expect(pageWith({})).toContain(`<p class="small soft">${sentence}</p>`)
  })

  it('has a script only if Turnstile is configured', () => {
    const turnstile = { siteKey: 'site-key', secret: 'secret', url: 'https://challenges.cloudflare.com/' }
    expect(pageWith({})).not.toContain('<script')
    const page = pageWith({}, { turnstile })
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).toContain('data-sitekey="site-key"')
    expect(page).not.toContain('data-secret')
  })

  it('lists the chosen languages first, in their order, because the first one is used', () => {
    const order = [...pageWith({ locales: ['kk', 'ru'] }).matchAll(/name="locales" value="(\w+)"/g)].map(([, l]) => l)
    expect(order.slice(0, 2)).toEqual(['kk', 'ru'])
    expect(new Set(order).size).toBe(settings.locales.length)
  })
})
