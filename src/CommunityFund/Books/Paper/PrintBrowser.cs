using Microsoft.Playwright;

namespace CommunityFund.Books;

/// <summary>
/// A running Chromium. Its environment is made for it, so that it sees neither passwords nor a home, and its own directory is
/// gone when it ends.
/// </summary>
internal sealed class PrintBrowser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly string[] Switches =
    [
        "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--no-first-run",
        "--disable-crash-reporter", "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND",
    ];

    private readonly IPlaywright _driver;
    private readonly IBrowserContext _context;
    private readonly IBrowser _browser;
    private int _ended;

    private PrintBrowser(IPlaywright driver, IBrowser browser, IBrowserContext context, string directory) =>
        (_driver, _browser, _context, Directory) = (driver, browser, context, directory);

    public string Directory { get; }

    public bool IsAlive => _ended == 0 && _browser.IsConnected;

    /// <summary>The browser this machine has; null if it has none.</summary>
    public static string? Find() =>
        Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } told ? File.Exists(told) ? told : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Where(Path.IsPathRooted)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    public static async Task<PrintBrowser> Start(string program)
    {
        string directory = System.IO.Directory.CreateTempSubdirectory("cf-print-").FullName;
        IPlaywright? driver = null;
        try
        {
            driver = await Playwright.CreateAsync();
            IBrowser browser = await Launch(driver, program, directory);
            IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
            {
                JavaScriptEnabled = false,
                Offline = true,
                AcceptDownloads = false,
                ServiceWorkers = ServiceWorkerPolicy.Block,
            });
            await context.RouteAsync("**/*", route => route.AbortAsync());
            return new PrintBrowser(driver, browser, context, directory);
        }
        catch
        {
            driver?.Dispose();
            Remove(directory);
            throw;
        }
    }

    public async Task<byte[]> Print(string html, CancellationToken ct)
    {
        IPage page = await _context.NewPageAsync();
        try
        {
            await page.SetContentAsync(html, new PageSetContentOptions { Timeout = 60_000 }).WaitAsync(ct);
            return await page.PdfAsync(new PagePdfOptions
            {
                PreferCSSPageSize = true,
                PrintBackground = true,
                Tagged = true,
            }).WaitAsync(ct);
        }
        finally
        {
            _ = Close(page);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        try
        {
            await _browser.CloseAsync().WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (Exception gone) when (gone is PlaywrightException or TimeoutException)
        {
            // What does not close is ended with its driver.
        }

        _driver.Dispose();
        Remove(Directory);
    }

    /// <summary>In its sandbox where the machine lets it; root never has one.</summary>
    private static async Task<IBrowser> Launch(IPlaywright driver, string program, string directory)
    {
        BrowserTypeLaunchOptions options = new()
        {
            ExecutablePath = program,
            Args = Switches,
            Env = PrintFonts.Environment(directory),
            ChromiumSandbox = !Environment.IsPrivilegedProcess,
        };
        try
        {
            return await driver.Chromium.LaunchAsync(options);
        }
        catch (PlaywrightException) when (options.ChromiumSandbox == true)
        {
            options.ChromiumSandbox = false;
            return await driver.Chromium.LaunchAsync(options);
        }
    }

    // Nobody waits for it: the PDF is done, and a browser that dies meanwhile has no page left to close.
    private static async Task Close(IPage page)
    {
        try
        {
            await page.CloseAsync();
        }
        catch (PlaywrightException)
        {
            // It is closed.
        }
    }

    private static void Remove(string directory)
    {
        try
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // A process that is still ending holds a file; the system empties its own temporary directory.
        }
    }
}
