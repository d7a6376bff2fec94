using System.Collections.Concurrent;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>One book for each standard with all cases in it, played once for all tests that read it.</summary>
public sealed class CaseBooks : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<CaseBook>>> _played = [];

    internal Task<CaseBook> Of(string standard) =>
        _played.GetOrAdd(standard, key => new Lazy<Task<CaseBook>>(() => CaseBook.Played(key))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<CaseBook>> played in _played.Values)
        {
            await (await played.Value).DisposeAsync();
        }
    }
}

/// <summary>Tests that read the books of the cases.</summary>
[CollectionDefinition(Name)]
public sealed class CaseBookReaders : ICollectionFixture<CaseBooks>
{
    public const string Name = "Case books";
}
