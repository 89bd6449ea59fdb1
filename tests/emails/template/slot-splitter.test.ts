import { describe, expect, it } from 'vitest'
import { markOf, splitHtml, splitText } from '../../../src/emails/template/slot-splitter.ts'

const slots = { name: 'text', link: 'url' } as const
const name = markOf('name')
const link = markOf('link')
const html = (source: string) => splitHtml(source, slots)

describe('split', () => {
  it('chooses the escaping by the place', () => {
    expect(html(`<a title="${name}" href="${link}">Hi ${name}!</a>`)).toEqual([
      '<a title="',
      { slot: 'name', as: 'html' },
      '" href="',
      { slot: 'link', as: 'url' },
      '">Hi ',
      { slot: 'name', as: 'html' },
      '!</a>',
    ])
    expect(splitText(`${name}: ${link}`, slots)).toEqual([
      { slot: 'name', as: 'plain' },
      ': ',
      { slot: 'link', as: 'plain' },
    ])
  })

  it.each([
    ['a style', `<style>a { color: ${name} }</style>`],
    ['a script', `<script>"${name}"</script>`],
    ['a style attribute', `<p style="color:${name}">x</p>`],
    ['an event handler', `<p onclick="${name}">x</p>`],
    ['a link', `<a href="${name}">x</a>`],
    ['a comment', `<!--[if mso]>${name}<![endif]-->`],
    ['an unquoted value', `<p lang=${name}>x</p>`],
    ['a tag', `<p ${name}>x</p>`],
  ])('refuses a text in %s', (_, source) => {
    expect(() => html(source)).toThrow('the text "name" must be in text or in a quoted attribute')
  })

  it.each([
    ['text', `<p>${link}</p>`],
    ['another attribute', `<p title="${link}">x</p>`],
    ['an image', `<img src="${link}">`],
    ['the middle of an href', `<a href="https://a.example/?to=${link}">x</a>`],
  ])('refuses a link in %s', (_, source) => {
    expect(() => html(source)).toThrow('the link "link" must be the whole value of an href')
  })

  it('handles quotes, comments and the word style in text', () => {
    expect(html(`<p title="a > b" lang='${name}'>it's <b>"style"</b> <!-- <style> --> ${name}</p>`)).toHaveLength(5)
  })

  it('refuses an unknown slot and lists the known ones', () => {
    expect(() => html(`<p>${markOf('nobody')}</p>`)).toThrow('unknown slot "nobody": this e-mail has name, link')
    expect(() => splitText(markOf('toString'), {})).toThrow('this e-mail has none')
  })
})
