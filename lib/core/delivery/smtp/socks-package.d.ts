/** The package `socks`, which need not be installed: nothing is known of it until it is loaded and looked at. */
declare module 'socks';
