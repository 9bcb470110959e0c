// Starts the circuit, and says when it is lost. A circuit that the server still has goes on; otherwise the page is loaded
// anew, and since what it shows stands in its address, it comes back as it was.
(() => {
    'use strict';

    const banner = document.getElementById('connection');
    const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
    let down = false;

    const show = text => {
        banner.textContent = text;
        banner.hidden = false;
    };

    const answers = async () => {
        try {
            return (await fetch('/healthz', { cache: 'no-store' })).ok;
        } catch {
            return false;
        }
    };

    const heal = async () => {
        for (let pause = 500; down; pause = Math.min(pause * 1.5, 5000)) {
            if (await answers()) {
                try {
                    if (await Blazor.reconnect()) {
                        return;
                    }
                    location.reload();
                    return;
                } catch {
                    // The server answers and the circuit does not yet: once more.
                }
            }
            await wait(pause);
        }
    };

    // Called by the first page once it listens.
    window.datahall = { live: () => { document.documentElement.dataset.circuit = 'up'; } };

    Blazor.start({
        circuit: {
            reconnectionHandler: {
                onConnectionDown: () => {
                    if (!down) {
                        down = true;
                        show(banner.dataset.lost);
                        heal();
                    }
                },
                onConnectionUp: () => {
                    down = false;
                    show(banner.dataset.back);
                    setTimeout(() => { if (!down) { banner.hidden = true; } }, 2000);
                }
            }
        }
    });
})();
