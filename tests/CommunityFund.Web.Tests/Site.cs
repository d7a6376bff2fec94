using CommunityFund.Books;
using CommunityFund.Tests;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests;

/// <summary>
/// The real site on the demo foundation, in a database of its own. In memory by default; <see cref="Listen"/> puts it on
/// a port for a browser.
/// </summary>
public sealed class Site : WebApplicationFactory<Program>, IAsyncLifetime
{
    private static readonly Lazy<Task<IBrowser>> Browser = new(Launch);

    private readonly string _data = Directory.CreateTempSubdirectory("communityfund-site-").FullName;
    private LocalConnections _connections = null!;
    private Func<Task> _drop = null!;
    private bool _listens;

    public const string Password = TestBody.Password;

    public string Address => ClientOptions.BaseAddress.ToString().TrimEnd('/');

    public LocalConnections Connections => _connections;

    /// <summary>A wire between site and database, which a test may cut; put in before the first visitor comes.</summary>
    public Wire? Wire { get; set; }

    public async ValueTask InitializeAsync()
    {
        (_connections, _drop) = await TestCluster.CloneDemo();
        await File.WriteAllBytesAsync(Path.Combine(_data, "log.key"), TestBody.LogKey);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (string used in new[] { _connections.Books, _connections.Owner })
        {
            await using Npgsql.NpgsqlConnection pooled = new(used);
            Npgsql.NpgsqlConnection.ClearPool(pooled);
        }

        await _drop();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>Puts the site on a free port of this machine.</summary>
    public void Listen()
    {
        _listens = true;
        UseKestrel(0);
        StartServer();
    }

    /// <summary>Somebody's cookies; a redirect is looked at, not followed.</summary>
    public HttpClient Client() => _listens
        ? new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = ClientOptions.BaseAddress }
        : CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    /// <summary>A browser of one person: its own cookies, a screen of this size, Chinese as everybody has it first.</summary>
    public async Task<IPage> Open(int width, int height)
    {
        IBrowserContext context = await (await Browser.Value).NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Locale = "zh-CN",
            AcceptDownloads = true,
        });

        // A wait costs nothing where the page comes; a machine that builds or tests beside this may take long to draw one.
        context.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(60_000);
        return await context.NewPageAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:Books", Wire?.Connection ?? _connections.Books);
        builder.UseSetting("ConnectionStrings:BooksOwner", _connections.Owner);
        builder.UseSetting("data", _data);
        builder.UseSetting("Logging:LogLevel:Default", "Warning");

        // The server in memory has no limit on bodies and says so at every form.
        builder.UseSetting("Logging:LogLevel:Microsoft.AspNetCore.Routing.EndpointRoutingMiddleware", "Error");
        builder.UseSetting("Logging:LogLevel:Microsoft.AspNetCore.Mvc.Filters.RequestSizeLimitFilter", "Error");

        // The calendar of grants and the packages of months are asked where a test wants them, and move nothing behind its back.
        builder.ConfigureTestServices(services =>
        {
            foreach (ServiceDescriptor timer in services.Where(
                service => service.ImplementationType?.Name is "DueGrants" or "DuePoints" or "DueReservations" or "MonthPackages").ToList())
            {
                services.Remove(timer);
            }
        });
        if (Wire is { } wire)
        {
            builder.ConfigureTestServices(services => services.AddSingleton(new Foundation(
                wire.Connection, SystemClock.Instance, TestBody.LogKey)
            { LongestOutage = TimeSpan.FromSeconds(1) }));
        }
    }

    private static async Task<IBrowser> Launch()
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
        });
    }
}
