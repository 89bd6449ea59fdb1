import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Settings } from '../env.ts'
import { translator } from '../kit/page-texts.ts'
import type { SettingFault } from '../kit/settings.ts'
import { paths, ROUTES } from '../paths.ts'
import { Layout } from './layout.tsx'
import { STYLE_HASH } from './style.gen.ts'

/** Pages that belong to no domain: messages, errors and faulty settings. */

export type PageProps = { locale: string; settings: Settings }

/**
 * A page with a title, a sentence and optional content. Excluded from search engines, because it answers one person's
 * request.
 */
export function MessagePage({
  title,
  lead,
  children,
  ...page
}: PageProps & { title: string; lead: string; children?: Child }) {
  return (
    <Layout title={title} robots="noindex" {...page}>
      <div class="narrow flow">
        <h1>{title}</h1>
        <p class="lead">{lead}</p>
        {children}
      </div>
    </Layout>
  )
}

const HomeLink = ({ locale }: { locale: string }) => (
  <p>
    <a class="button" href={paths.home(locale)}>
      {translator(locale)('confirmed.home')}
    </a>
  </p>
)

export function NotFoundPage(page: PageProps) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t('not-found.title')} lead={t('not-found.lead')} {...page}>
      <HomeLink locale={page.locale} />
    </MessagePage>
  )
}

/** The page of a form's address that somebody opened, or of a page that somebody sent a form to. */
export function WrongMethodPage(page: PageProps) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t('wrong-method.title')} lead={t('wrong-method.lead')} {...page}>
      <HomeLink locale={page.locale} />
    </MessagePage>
  )
}

export type ErrorKind = 'too-many' | 'too-large' | 'cut' | 'refused' | 'failed'

export function ErrorPage({ kind, ...page }: PageProps & { kind: ErrorKind }) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t(`error.${kind}.title`)} lead={t(`error.${kind}.lead`)} {...page}>
      <HomeLink locale={page.locale} />
    </MessagePage>
  )
}

/** Lists faulty settings for the person who deploys. In English, because no language is configured yet. */
export function SettingsPage({ faults }: { faults: readonly SettingFault[] }) {
  return (
    <>
      {raw('<!DOCTYPE html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <title>Tocsin is not set up yet</title>
          <link rel="stylesheet" href={`${ROUTES.style}?v=${STYLE_HASH}`} />
        </head>
        <body>
          <main class="band flow">
            <h1>Tocsin is not set up yet</h1>
            <p class="lead">
              {faults.length === 1 ? 'A setting needs' : `${faults.length} settings need`} your attention. Nothing is
              served and nothing is sent until then.
            </p>
            <dl class="flow">
              {faults.map(({ name, message }) => (
                <div>
                  <dt>
                    <code>{name}</code>
                  </dt>
                  <dd>{message}</dd>
                </div>
              ))}
            </dl>
          </main>
        </body>
      </html>
    </>
  )
}
