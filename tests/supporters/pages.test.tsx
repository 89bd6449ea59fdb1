import { describe, expect, it } from 'vitest'
import { pageStrings } from '../../src/kit/page-strings.gen.ts'
import { SignUpPage } from '../../src/supporters/pages.tsx'
import { CONSENT_WORDING, HONEYPOT } from '../../src/supporters/sign-up.ts'
import { testSettings } from '../support/supporter-world.ts'

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

describe('the sign-up page', () => {
  it('shows what was typed as text, whatever it holds', () => {
    const page = pageWith({ email: '"><script>alert(1)</script>', name: `' onfocus='alert(1)`, country: '<b>' })
    expect(page).not.toContain('<script>')
    expect(page).not.toContain(`' onfocus`)
    expect(page).toContain('&quot;&gt;&lt;script&gt;')
  })

  it('has the trap by the name the form is read by, out of reach of people', () => {
    expect(pageWith({})).toMatch(new RegExp(`aria-hidden="true".*name="${HONEYPOT}" tabindex="-1" autocomplete="off"`))
  })

  it('shows the sentence whose version is kept with the consent', () => {
    expect(pageStrings.en?.[`consent.${CONSENT_WORDING}`]).toContain('{sender}')
    expect(pageWith({})).toContain(`I agree that ${settings.senderName} sends me appeals`)
  })

  it('carries a script only where the check against robots is set up', () => {
    const turnstile = { siteKey: 'site-key', secret: 'secret', url: 'https://challenges.cloudflare.com/' }
    expect(pageWith({})).not.toContain('<script')
    const page = pageWith({}, { turnstile })
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).toContain('data-sitekey="site-key"')
    expect(page).not.toContain('data-secret')
  })

  it('puts the languages somebody chose first, in their order, because the first one wins', () => {
    const order = [...pageWith({ locales: ['kk', 'ru'] }).matchAll(/name="locales" value="(\w+)"/g)].map(([, l]) => l)
    expect(order.slice(0, 2)).toEqual(['kk', 'ru'])
    expect(new Set(order).size).toBe(settings.locales.length)
  })
})
