import { formatDay } from '../../kit/dates.ts'
import { translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { MessagePage, type PageProps } from '../../web/message-pages.tsx'

type NoMorePageProps = PageProps & { token: string }

/** Shows the button that stops confirmations to a mailbox. */
export function NoMorePage({ token, ...page }: NoMorePageProps) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t('no-more.title')} lead={t('no-more.lead', { sender: page.settings.senderName })} {...page}>
      <form method="post" action={paths.noMore(token)}>
        <button type="submit">{t('no-more.button')}</button>
      </form>
    </MessagePage>
  )
}

/** Says until when (epoch ms) a mailbox gets no confirmations, with the button that ends this. */
export function NoMoreStoppedPage({ token, until, ...page }: NoMorePageProps & { until: number }) {
  const t = translator(page.locale)
  const lead = t('no-more.stopped-lead', { day: formatDay(page.locale, until) })
  return (
    <MessagePage title={t('no-more.stopped-title')} lead={lead} {...page}>
      <AllowAgain locale={page.locale} token={token} />
    </MessagePage>
  )
}

export function NoMoreUndonePage(page: PageProps) {
  const t = translator(page.locale)
  return <MessagePage title={t('no-more.undone-title')} lead={t('no-more.undone-lead')} {...page} />
}

/** Part of the page of own data: until when the mailbox gets no confirmations, with the button that ends this. */
export function NoMoreSection({ locale, token, until }: { locale: string; token: string; until: number }) {
  const t = translator(locale)
  return (
    <section class="flow">
      <h2>{t('no-more.stopped-title')}</h2>
      <p>{t('no-more.stopped-lead', { day: formatDay(locale, until) })}</p>
      <AllowAgain locale={locale} token={token} />
    </section>
  )
}

function AllowAgain({ locale, token }: { locale: string; token: string }) {
  return (
    <form method="post" action={paths.noMore(token)}>
      <input type="hidden" name="undo" value="yes" />
      <button class="second" type="submit">
        {translator(locale)('no-more.undo')}
      </button>
    </form>
  )
}
