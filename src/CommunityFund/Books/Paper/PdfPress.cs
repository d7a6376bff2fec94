using CommunityFund.Ledger;
using Microsoft.Playwright;

namespace CommunityFund.Books;

/// <summary>
/// Turns sheets into PDF by a browser of its own: started with the first sheet and kept warm, started again when it dies, and
/// ended with the program. It sees one document at a time, from memory: scripts are off, and nothing it could ask for has an answer.
/// </summary>
public sealed class PdfPress : IAsyncDisposable
{
    /// <summary>There is no browser that could print.</summary>
    public const string NoBrowser = "paper.no-browser";

    /// <summary>The browser took longer than anybody waits.</summary>
    public const string TookTooLong = "paper.took-too-long";

    /// <summary>The browser died twice, or does not start.</summary>
    public const string Failed = "paper.failed";

    private const int Places = 2;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _places = new(Places, Places), _starting = new(1, 1);
    private readonly string? _browser;
    private readonly Action<Exception>? _onFault;
    private PrintBrowser? _running;

    /// <param name="browser">Where the browser is; null for the one this machine has.</param>
    /// <param name="onFault">Told for the log what the browser said when it failed.</param>
    public PdfPress(string? browser = null, Action<Exception>? onFault = null) => (_browser, _onFault) = (browser, onFault);

    /// <summary>The running browser's own directory, by which its processes are known; null while none runs.</summary>
    internal string? Directory => _running?.Directory;

    /// <summary>The sheet as PDF: fonts embedded, text selectable, tagged.</summary>
    /// <exception cref="RefusedException">There is no browser, it failed twice, or the sheet is too long.</exception>
    public async Task<byte[]> Print(PaperSheet sheet, Words words, CancellationToken ct = default)
    {
        string page = await PaperPage.Of(sheet, words);
        await _places.WaitAsync(ct);
        try
        {
            return await PrintTwice(page, ct);
        }
        finally
        {
            _places.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Drop(_running);
        _places.Dispose();
        _starting.Dispose();
    }

    /// <summary>A browser that dies is nothing the reader should hear of the first time.</summary>
    private async Task<byte[]> PrintTwice(string page, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            PrintBrowser? browser = null;
            try
            {
                browser = await Running(ct);
                return await browser.Print(page, ct).WaitAsync(Longest, ct);
            }
            catch (TimeoutException slow)
            {
                await Drop(browser);
                _onFault?.Invoke(slow);
                throw new RefusedException(TookTooLong, ("seconds", (int)Longest.TotalSeconds));
            }
            catch (PlaywrightException fault)
            {
                await Drop(browser);
                _onFault?.Invoke(fault);
                if (attempt == 2)
                {
                    throw new RefusedException(Failed);
                }
            }
        }
    }

    private async Task<PrintBrowser> Running(CancellationToken ct)
    {
        await _starting.WaitAsync(ct);
        try
        {
            if (_running is { IsAlive: false } dead)
            {
                _running = null;
                await dead.DisposeAsync();
            }

            // Whoever asked may have gone meanwhile: the browser is started for the next one all the same, and nobody loses it.
            return _running ??= await PrintBrowser.Start(
                (_browser is null ? PrintBrowser.Find() : File.Exists(_browser) ? _browser : null)
                ?? throw new RefusedException(NoBrowser));
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task Drop(PrintBrowser? browser)
    {
        if (browser is not null)
        {
            Interlocked.CompareExchange(ref _running, null, browser);
            await browser.DisposeAsync();
        }
    }
}
