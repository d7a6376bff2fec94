using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Members;

/// <summary>One card to cut out: number and code open the holder's own pages.</summary>
public sealed record CardSlip(string Name, MemberKind Kind, string Community, string Number, string Code);

/// <summary>Cards of a time bank.</summary>
/// <param name="Body">Whose time bank it is.</param>
public sealed record CardsView(string Body, string Programme, LocalDate Day, IReadOnlyList<CardSlip> Cards);

/// <summary>Cards to print, cut and paste into passbooks: of one member, or of those of a community or registered since a day. A code is shown
/// nowhere else, so whoever asks has proved to be the person.</summary>
public sealed record MemberCards(int Programme, long? Person = null, string? Community = null, LocalDate? Since = null) : Query<CardsView>
{
    /// <summary>Nobody is meant.</summary>
    public const string Nobody = "member.cards-nobody";

    /// <summary>More than are printed in one go.</summary>
    public const string TooMany = "member.cards-too-many";

    /// <summary>The most that are printed in one go: twenty sheets.</summary>
    public const int MostAtOnce = 200;

    internal override Need Needs => Need.Any(Programmes.Programme.Hands).Proved();

    internal override async Task<CardsView> Answer(Work work, CancellationToken ct)
    {
        Fund programme = await Programmes.Programme.Of(work, Programme, ct);
        work.Rights.Require(Need.Any(Programmes.Programme.Hands).For(Programme), isOperator: false);
        string community = PlainText.Of(Community ?? "");
        DateTimeZone zone = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
        Instant? since = Since?.AtStartOfDayInZone(zone).ToInstant();
        List<Member> members = await work.Db.Set<Member>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.FundId == Programme && row.LeftOn == null && (Person == null || row.PersonId == Person)
                && (community == "" || row.Community == community) && (since == null || row.AddedAt >= since))
            .OrderBy(row => row.Community).ThenBy(row => row.PersonId).Take(MostAtOnce + 1).ToListAsync(ct);
        if (members.Count is 0 or > MostAtOnce)
        {
            throw members.Count == 0 ? new RefusedException(Nobody) : new RefusedException(TooMany, ("limit", MostAtOnce));
        }

        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, members.Select(row => (long?)row.PersonId), ct);
        string body = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct);
        return new CardsView(body, programme.Name, work.Today,
            [
                .. members.Select(row => new CardSlip(
                    names[row.PersonId], row.Kind, row.Community, row.Number, row.Code(work.Foundation))),
            ]);
    }
}

/// <summary>Ten cards on a sheet of A4.</summary>
public static class MemberCardPaper
{
    /// <param name="address">Where number and code are typed; the card's picture leads there.</param>
    public static PaperSheet Of(CardsView view, string address, Words words) => new(
        words["member-card.title"], "", $"{words["member-card.title"]}-{view.Programme}-{view.Day:uuuuMMdd}", PaperSide.Upright,
        typeof(MemberCardPrint),
        new Dictionary<string, object?> { [nameof(MemberCardPrint.View)] = view, [nameof(MemberCardPrint.Address)] = address }, "member-card-print",
        view.Cards.Count)
    {
        IsNumbered = false,
    };
}
