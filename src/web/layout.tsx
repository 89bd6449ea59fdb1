import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Settings } from '../env.ts'
import { directionOf, FALLBACK_LOCALE, localeName } from '../kit/locales.ts'
import { translator } from '../kit/page-texts.ts'
import { absolute, paths } from '../paths.ts'
import { type ShareCard, ShareTags } from './share-card.tsx'
import { STYLE } from './style.gen.ts'

type LayoutProps = {
  locale: string
  settings: Settings
  title: string
  description?: string | undefined
  /**
   * Path of this page by language; `x-default` is the path without a language. Without `alternates`, no language switch
   * is shown.
   */
  alternates?: Readonly<Record<string, string>>
  /** Languages with a real translation of the page, when the page is also served in others. */
  written?: readonly string[]
  robots?: 'noindex'
  /** Data for link previews, on pages that people share. */
  card?: ShareCard | undefined
  /** Whether the page is for the operator of this machine: its footer promises nothing to readers. */
  isLocal?: boolean
  /** Extra markup for the head: the Turnstile script, the only script of the site. */
  head?: Child
  children?: Child
}

/**
 * The frame of every page: head, header, footer. The style is inside: a second answer would cost the headers again, and
 * a network that freezes after 15 kB would leave the page bare.
 */
export function Layout({ locale, settings, title, children, ...rest }: LayoutProps) {
  const t = translator(locale)
  return (
    <>
      {raw('<!DOCTYPE html>')}
      <html lang={locale} dir={directionOf(locale)}>
        <Head locale={locale} settings={settings} title={title} {...rest} />
        <body>
          <a class="skip" href="#content">
            {t('site.skip')}
          </a>
          <header class="top">
            <div class="band">
              <a class="mark" href={paths.home(locale)} aria-label={t('site.home', { sender: settings.senderName })}>
                <Bell />
                <span>{settings.senderName}</span>
              </a>
              {rest.alternates && <LanguageSwitch locale={locale} settings={settings} alternates={rest.alternates} />}
            </div>
          </header>
          <main id="content" class="band" tabindex={-1}>
            {children}
          </main>
          <footer class="foot">
            <div class="band flow small">
              {!rest.isLocal && (
                <>
                  <p>{t('site.privacy')}</p>
                  <p>
                    <a href={paths.myData(locale)}>{t('site.my-data')}</a>
                  </p>
                </>
              )}
              <p class="soft">
                <bdi>{settings.senderName}</bdi>
                <br />
                <bdi>{settings.postalAddress}</bdi>
              </p>
            </div>
          </footer>
        </body>
      </html>
    </>
  )
}

function Head({ locale, settings, title, description, alternates = {}, written, robots, card, head }: LayoutProps) {
  const languages = settings.locales.filter((l) => alternates[l] !== undefined && (written?.includes(l) ?? true))
  const own = alternates[languages.includes(locale) ? locale : FALLBACK_LOCALE]
  const canonical = own && absolute(settings.publicUrl, own)
  const byDefault = alternates['x-default'] ?? alternates[FALLBACK_LOCALE]
  const fullTitle = title === settings.senderName ? title : `${title} · ${settings.senderName}`
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{fullTitle}</title>
      {description && <meta name="description" content={description} />}
      {robots && <meta name="robots" content={robots} />}
      {canonical && <link rel="canonical" href={canonical} />}
      {languages.map((l) => (
        <link rel="alternate" hreflang={l} href={absolute(settings.publicUrl, alternates[l] ?? '')} />
      ))}
      {byDefault && <link rel="alternate" hreflang="x-default" href={absolute(settings.publicUrl, byDefault)} />}
      {card && (
        <ShareTags
          card={card}
          locale={locale}
          title={title}
          description={description}
          url={canonical}
          siteName={settings.senderName}
        />
      )}
      <style>{raw(STYLE)}</style>
      <link rel="icon" href={ICON} />
      {head}
    </head>
  )
}

/** The other languages behind one control; wide windows show them in a row (style.css). */
function LanguageSwitch({
  locale,
  settings,
  alternates,
}: Required<Pick<LayoutProps, 'locale' | 'settings' | 'alternates'>>) {
  return (
    <nav aria-label={translator(locale)('site.languages')}>
      <details class="tongues">
        <summary>
          <Globe />
          <span>{localeName(locale)}</span>
        </summary>
        <ul>
          {settings.locales.map((l) => (
            <li>
              <a
                href={alternates[l] ?? paths.home(l)}
                lang={l}
                hreflang={l}
                aria-current={l === locale ? 'true' : undefined}
              >
                <span>{localeName(l)}</span>
              </a>
            </li>
          ))}
        </ul>
      </details>
    </nav>
  )
}

/** The sign for languages that needs no language. */
const Globe = () => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18zm0 0c-5 5-5 13 0 18 5-5 5-13 0-18zM3 12h18" />
  </svg>
)

/** Path of the logo, a bell, on a grid of 24 units. */
const BELL = 'M12 2a6 6 0 0 0-6 6c0 6-3 7-3 9h18c0-2-3-3-3-9a6 6 0 0 0-6-6zM9 19a3 3 0 0 0 6 0z'

const ICON =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 24 24%22%3E' +
  `%3Cpath fill=%22%23b0131d%22 d=%22${BELL}%22/%3E%3C/svg%3E`

const Bell = () => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d={BELL} />
  </svg>
)
