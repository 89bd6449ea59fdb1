import { formatTag } from '../kit/locales.ts'

/** What networks and messengers show of a page whose address is passed on. They read it themselves; no script of theirs is needed. */
export type ShareCard = {
  type: 'website' | 'article'
  /** Language of title and description, where it is not the page's. */
  locale?: string
  picture?: { url: string; width: number; height: number; alt: string }
}

type ShareTagsProps = {
  card: ShareCard
  locale: string
  title: string
  description: string | undefined
  url: string | undefined
  siteName: string
}

/** Open Graph (ogp.me), and the two names of X’s cards that it does not read from there. */
export function ShareTags({ card, locale, title, description, url, siteName }: ShareTagsProps) {
  const { type, picture } = card
  return (
    <>
      <meta property="og:type" content={type} />
      <meta property="og:site_name" content={siteName} />
      <meta property="og:title" content={title} />
      {description && <meta property="og:description" content={description} />}
      {url && <meta property="og:url" content={url} />}
      <meta property="og:locale" content={withTerritory(card.locale ?? locale)} />
      {picture && (
        <>
          <meta property="og:image" content={picture.url} />
          <meta property="og:image:width" content={String(picture.width)} />
          <meta property="og:image:height" content={String(picture.height)} />
          <meta property="og:image:alt" content={picture.alt} />
          <meta name="twitter:image:alt" content={picture.alt} />
        </>
      )}
      <meta name="twitter:card" content={picture ? 'summary_large_image' : 'summary'} />
    </>
  )
}

/** `kk` as Open Graph writes it, `kk_KZ`: a language with the territory where most of its speakers are (CLDR likely subtags). */
export function withTerritory(locale: string): string {
  const { language, region } = new Intl.Locale(formatTag(locale)).maximize()
  return region === undefined ? language : `${language}_${region}`
}
