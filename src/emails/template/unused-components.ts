/**
 * Stands for the components of MJML that no e-mail uses (wrangler.toml, `[alias]`), which makes the bundle smaller. An e-mail that uses
 * one is refused when it is compiled: MJML does not know the element.
 */
const unused = { componentName: 'mj-unused', isRawElement: () => false }

export default unused
export {
  unused as Accordion,
  unused as AccordionElement,
  unused as AccordionText,
  unused as AccordionTitle,
  unused as Carousel,
  unused as CarouselImage,
  unused as Navbar,
  unused as NavbarLink,
  unused as Social,
  unused as SocialElement,
}
