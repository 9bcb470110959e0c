// What a page does without the server: the choices kept in cookies, copying, and the way past the navigation.
(() => {
    'use strict';

    const year = 365 * 24 * 3600;
    const keep = (name, value) => {
        const secure = location.protocol === 'https:' ? '; Secure' : '';
        document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${year}; SameSite=Strict${secure}`;
    };
    const has = name => document.cookie.split('; ').some(cookie => cookie.startsWith(name + '='));

    keep('datahall.zone', Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC');
    if (!has('datahall.theme') && matchMedia('(prefers-color-scheme: dark)').matches) {
        keep('datahall.theme', 'dark');
        document.documentElement.dataset.theme = 'dark';
    }

    // The clipboard of the browser is there on https and on this machine only; the old way works everywhere.
    const copy = async text => {
        if (navigator.clipboard && isSecureContext) {
            await navigator.clipboard.writeText(text);
            return;
        }
        const area = document.createElement('textarea');
        area.value = text;
        document.body.append(area);
        area.select();
        document.execCommand('copy');
        area.remove();
    };

    document.addEventListener('click', event => {
        const target = event.target instanceof Element ? event.target : null;
        const language = target?.closest('[data-language]');
        const theme = target?.closest('[data-theme-switch]');
        const source = target?.closest('[data-copy]');
        const skip = target?.closest('a.skip');
        const link = target?.closest('details.menu a');
        if (language) {
            keep('datahall.language', language.dataset.language);
            location.reload();
        } else if (theme) {
            const dark = document.documentElement.dataset.theme !== 'dark';
            document.documentElement.dataset.theme = dark ? 'dark' : 'light';
            keep('datahall.theme', dark ? 'dark' : 'light');
        } else if (source) {
            copy(source.dataset.copy).then(() => { source.dataset.copied = 'true'; });
        } else if (skip) {
            event.preventDefault();
            event.stopPropagation();
            document.getElementById('main')?.focus();
        } else if (link) {
            link.closest('details').open = false;
        }
    }, true);
})();
