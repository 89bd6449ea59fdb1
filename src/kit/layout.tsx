import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Settings } from '../env.ts'
import { absolute, paths, ROUTES } from '../paths.ts'
import { directionOf, FALLBACK_LOCALE, nameOf } from './locales.ts'
import { STYLE_HASH } from './style.ts'
import { textsIn } from './texts.ts'

export type LayoutProps = {
  locale: string
  settings: Settings
  title: string
  description?: string | undefined
  /** Path of this page by language; `x-default` where it has an address without one. No switch is shown without them. */
  alternates?: Readonly<Record<string, string>>
  /** The languages in which the page really is written, when it stands in for others too. */
  written?: readonly string[]
  robots?: 'noindex'
  /** Markup of a page that needs the one script there is: the check against robots. */
  head?: Child
  children?: Child
}

/** The frame of every page. */
export function Layout({ locale, settings, title, children, ...rest }: LayoutProps) {
  const t = textsIn(locale)
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
              <p>{t('site.privacy')}</p>
              <p>
                <a href={paths.myData(locale)}>{t('site.my-data')}</a>
              </p>
              <p class="soft">
                <bdi>{settings.senderName}</bdi>, <bdi>{settings.postalAddress}</bdi>
              </p>
            </div>
          </footer>
        </body>
      </html>
    </>
  )
}

function Head({ locale, settings, title, description, alternates = {}, written, robots, head }: LayoutProps) {
  const languages = settings.locales.filter((l) => alternates[l] !== undefined && (written?.includes(l) ?? true))
  const own = alternates[languages.includes(locale) ? locale : FALLBACK_LOCALE]
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
      <meta property="og:title" content={title} />
      {description && <meta property="og:description" content={description} />}
      <meta property="og:type" content="website" />
      <meta property="og:site_name" content={settings.senderName} />
      {own && <meta property="og:url" content={absolute(settings.publicUrl, own)} />}
      {own && <link rel="canonical" href={absolute(settings.publicUrl, own)} />}
      {languages.map((l) => (
        <link rel="alternate" hreflang={l} href={absolute(settings.publicUrl, alternates[l] ?? '')} />
      ))}
      {byDefault && <link rel="alternate" hreflang="x-default" href={absolute(settings.publicUrl, byDefault)} />}
      <link rel="stylesheet" href={`${ROUTES.style}?v=${STYLE_HASH}`} />
      <link rel="icon" href={ICON} />
      {head}
    </head>
  )
}

function LanguageSwitch({ locale, settings, alternates }: Required<Pick<LayoutProps, 'locale' | 'settings' | 'alternates'>>) {
  return (
    <nav aria-label={textsIn(locale)('site.languages')}>
      <ul class="tongues">
        {settings.locales.map((l) => (
          <li>
            <a
              href={alternates[l] ?? paths.home(l)}
              lang={l}
              dir={directionOf(l)}
              hreflang={l}
              aria-current={l === locale ? 'true' : undefined}
            >
              <span>{nameOf(l)}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** A bell with its clapper, 24 units square. */
const BELL =
  'M12 1.5a1.6 1.6 0 0 1 1.6 1.6v.5c3 .8 5 3.5 5 6.8 0 5 1.7 6.3 2.9 7.2.6.4.3 1.4-.5 1.4H3c-.8 0-1.1-1-.5-1.4 1.2-.9 2.9-2.2 2.9-7.2 0-3.3 2-6 5-6.8v-.5a1.6 1.6 0 0 1 1.6-1.6zM9 20.5h6a3 3 0 0 1-6 0z'

const ICON = `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#b5141f" d="${BELL}"/></svg>`)}`

const Bell = () => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d={BELL} />
  </svg>
)
