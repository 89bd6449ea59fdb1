import type { Settings } from '../env.ts'
import { translator } from '../kit/page-texts.ts'

/** The widget of the check against robots; nothing when Turnstile is not configured. */
export const TurnstileWidget = ({ locale, settings }: { locale: string; settings: Settings }) =>
  settings.turnstile && (
    <div>
      <noscript>{translator(locale)('form.script')}</noscript>
      <div class="cf-turnstile" data-sitekey={settings.turnstile.siteKey} data-language={locale} />
    </div>
  )

/** The Turnstile script, the only script of the site; undefined when Turnstile is not configured. */
export const turnstileScript = (settings: Settings) =>
  settings.turnstile && <script src="https://challenges.cloudflare.com/turnstile/v0/api.js" async defer />
