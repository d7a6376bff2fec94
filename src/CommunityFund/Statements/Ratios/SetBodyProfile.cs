using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>Says what kind of body this is from a day on. What was said before stays and counts for the years before.</summary>
/// <param name="Source">The certificate of registration that says so.</param>
public sealed record SetBodyProfile(
    Guid Key, BodyKind Kind, bool RaisesPublicly, bool IsCharity, LocalDate Since, string Source) : Command<Done>(Key)
{
    /// <summary>Nobody can look up where a figure comes from.</summary>
    public const string SourceMissing = "law.source-missing";

    /// <summary>What the body will be some day is not what it is.</summary>
    public const string InFuture = "law.profile-in-future";

    internal static readonly Role[] Setting = [Role.Accountant, Role.Admin];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Setting).ForWholeBook());

    internal override Task<Done> Apply(Work work, CancellationToken ct)
    {
        if (Since > work.Today)
        {
            throw new RefusedException(InFuture, ("day", Since));
        }

        work.Db.Add(new BodyProfile
        {
            BookId = work.Book,
            Kind = Kind,
            RaisesPublicly = RaisesPublicly,
            IsCharity = IsCharity,
            Since = Since,
            Source = Said(Source),
            SetBy = work.ActorId,
            SetAt = work.Now,
        });
        return Task.FromResult(Done.It);
    }

    internal static string Said(string? typed)
    {
        string text = PlainText.Of(typed ?? "");
        return text.Length is > 0 and <= 200 ? text : throw new RefusedException(SourceMissing, ("limit", 200));
    }
}
