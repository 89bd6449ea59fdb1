import { formatTag } from '../kit/locales.ts'

/**
 * Data for link previews in social networks and messengers. They read these tags themselves, so the page needs no
 * script of theirs.
 */
export type ShareCard = {
  type: 'website' | 'article'
  /** Language of the title and description, if different from the page. */
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

/** Open Graph tags (ogp.me), and the two tags that X reads only under its own names. */
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

/** A language as Open Graph writes it: `kk_KZ`. The territory is the one with most speakers (CLDR likely subtags). */
export function withTerritory(locale: string): string {
  const { language, region } = new Intl.Locale(formatTag(locale)).maximize()
  return region === undefined ? language : `${language}_${region}`
}
