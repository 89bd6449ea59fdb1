import type { Settings } from '../../../env.ts'
import { translator } from '../../../kit/page-texts.ts'
import { absolute, paths } from '../../../paths.ts'
import { Layout } from '../../../web/layout.tsx'
import { type Campaign, readableLocale, wordsIn } from '../../campaign.ts'
import { languageAttributes } from '../campaign-head.tsx'
import { mailtoLink } from '../share.tsx'

type ShareProps = { locale: string; settings: Settings; campaign: Campaign }

/** Sharing by mail or by copying the address: neither reveals who shared. Only for open campaigns, which still need people. */
export function SharePage({ locale, settings, campaign }: ShareProps) {
  const t = translator(locale)
  const { slug } = campaign
  const { title } = wordsIn(campaign, locale)
  const shared = readableLocale(campaign, locale)
  const url = absolute(settings.publicUrl, paths.campaign(shared, slug))
  return (
    <Layout
      locale={locale}
      settings={settings}
      title={`${t('share.title')} · ${title}`}
      robots="noindex"
      alternates={Object.fromEntries(settings.locales.map((l) => [l, paths.share(l, slug)]))}
    >
      <div class="narrow flow">
        <h1>{t('share.title')}</h1>
        <p class="lead" {...languageAttributes(campaign, locale)}>
          <a href={paths.campaign(locale, slug)}>{title}</a>
        </p>
        <p class="soft">{t('share.lead')}</p>
        <div class="field">
          <label for="share-url">{t('share.address')}</label>
          <input id="share-url" type="text" value={url} readonly dir="ltr" />
        </div>
        <p>
          <a class="button" href={mailtoLink(title, url)}>
            {t('share.mail')}
          </a>
        </p>
        <p>
          <a class="target-size" href={paths.campaignText(slug, shared)}>
            {t('plain.link')}
          </a>
        </p>
      </div>
    </Layout>
  )
}
