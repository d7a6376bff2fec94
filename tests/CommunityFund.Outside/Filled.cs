[assembly: AssemblyFixture(typeof(CommunityFund.Outside.Filled))]

namespace CommunityFund.Outside;

/// <summary>A data directory with the demo foundation, made once by the site itself and copied for every test.</summary>
public sealed class Filled : IAsyncDisposable
{
    private static readonly Lazy<Task<Site>> Template = new(Fill);

    public static Task<string> Data => Template.Value.ContinueWith(
        made => made.GetAwaiter().GetResult().Data, TaskScheduler.Default);

    public async ValueTask DisposeAsync()
    {
        if (Template.IsValueCreated)
        {
            await (await Template.Value).DisposeAsync();
        }
    }

    private static async Task<Site> Fill()
    {
        Site site = Site.Unfilled();
        await site.Start();
        await site.Stop();
        new FileInfo(Path.Combine(site.Data, "pg")).LinkTarget.ShouldBeNull("PostgreSQL must be able to work in the test's directory");
        return site;
    }
}
