using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Rounds;

/// <summary>An answer to a question before the work of applying is begun.</summary>
public enum MayAnswer
{
    /// <summary>Yes.</summary>
    Yes,

    /// <summary>No.</summary>
    No,

    /// <summary>Who answers does not know.</summary>
    Unsure,
}

/// <summary>Whether somebody may apply.</summary>
public enum MayVerdict
{
    /// <summary>Nothing is against it.</summary>
    Yes,

    /// <summary>The desk can tell.</summary>
    Ask,

    /// <summary>A clause is against it.</summary>
    No,
}

/// <summary>Something that speaks against applying, or that somebody has to be asked about.</summary>
public sealed record MayReason(MayVerdict Verdict, Refusal Words);

/// <summary>Whether the reader may apply in a round.</summary>
/// <param name="Verdict">Null while questions are open and nothing is against it yet.</param>
/// <param name="AsksOwn">Whether the round wants an own share at all.</param>
/// <param name="Whom">Who answers questions about the round.</param>
public sealed record MayView(RoundCard Round, bool AsksOwn, MayVerdict? Verdict, IReadOnlyList<MayReason> Reasons, IReadOnlyList<string> Whom);

/// <summary>May I apply? Five questions, and what the program knows: that the round is open, that nobody is banned, and that earlier money is
/// accounted for. It is told here, before work is done.</summary>
/// <param name="InCommunity">The project is for a community that the round is meant for.</param>
/// <param name="KindFits">The group is one of those who may apply.</param>
/// <param name="InTime">The lead and the head of the committee can both sign before the last day.</param>
/// <param name="BuysForbidden">Something in the plan is on the list of what may not be bought.</param>
/// <param name="BringsOwn">The group brings the own share.</param>
/// <param name="Group">Name of the group or carrier, to look it up; empty if there is none.</param>
public sealed record MayIApply(
    long Round, MayAnswer? InCommunity = null, MayAnswer? KindFits = null, MayAnswer? InTime = null, MayAnswer? BuysForbidden = null,
    MayAnswer? BringsOwn = null, string? Group = null) : Query<MayView>
{
    /// <summary>The project is for another community.</summary>
    public const string Elsewhere = "may.elsewhere";

    /// <summary>The group is none of those who may apply.</summary>
    public const string OtherKind = "may.other-kind";

    /// <summary>It cannot be signed in time.</summary>
    public const string TooLate = "may.too-late";

    /// <summary>It would buy what the round does not pay.</summary>
    public const string Forbidden = "may.forbidden";

    /// <summary>It lacks the own share.</summary>
    public const string OwnMissing = "may.own-missing";

    /// <summary>Who asks is unsure about a clause.</summary>
    public const string Unsure = "may.unsure";

    internal override Need Needs => Need.Any(GrantRoles.Reading);

    internal override async Task<MayView> Answer(Work work, CancellationToken ct)
    {
        GrantRound round = await RoundPage.Find(work, Round, ct);
        RoundCard card = (await RoundList.Cards(work, [round], ct))[0];
        bool asksOwn = round.OwnBasis > 0;
        (MayAnswer? Said, MayAnswer Bad, string Code, string Clause)[] questions =
        [
            (InCommunity, MayAnswer.No, Elsewhere, "may.clause-community"), (KindFits, MayAnswer.No, OtherKind, "may.clause-kind"),
            (InTime, MayAnswer.No, TooLate, "may.clause-time"), (BuysForbidden, MayAnswer.Yes, Forbidden, "may.clause-forbidden"),
            (asksOwn ? BringsOwn : MayAnswer.Yes, MayAnswer.No, OwnMissing, "may.clause-own"),
        ];
        List<MayReason> reasons =
        [
            .. questions.Where(question => question.Said == question.Bad)
                .Select(question => new MayReason(MayVerdict.No, Words(question.Code, round))),
            .. questions.Where(question => question.Said == MayAnswer.Unsure)
                .Select(question => new MayReason(MayVerdict.Ask, Words(Unsure, round, new Term(question.Clause)))),
        ];
        if (RoundNeeds.WhyClosed(round, work.Today) is { } closed)
        {
            reasons.Insert(0, new MayReason(MayVerdict.No, closed));
        }

        reasons.InsertRange(0, BanNeeds.Against(await BanFacts.Of(work, await Asked(work, ct), ct))
            .Select(words => new MayReason(MayVerdict.No, words)));
        bool answered = questions.All(question => question.Said is not null);
        MayVerdict? verdict = reasons.Exists(reason => reason.Verdict == MayVerdict.No) ? MayVerdict.No
            : !answered ? null
            : reasons.Count > 0 ? MayVerdict.Ask : MayVerdict.Yes;
        return new MayView(card, asksOwn, verdict, reasons, await Desk(work, ct));
    }

    private static Refusal Words(string code, GrantRound round, Term? clause = null) => new(code, new Dictionary<string, object?>
    {
        ["title"] = round.Title,
        ["who"] = Short(round.WhoMay),
        ["forbidden"] = Short(round.Forbidden),
        ["closes"] = round.ClosesOn,
        ["share"] = Share(round.OwnBasis),
        ["clause"] = clause,
    });

    /// <summary>Hundredths of a percent as a person reads them: 10 %, 12.5 %.</summary>
    internal static string Share(int basis) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{basis / 100m:0.##}%");

    private static string Short(string text) => text.ReplaceLineEndings(" ");

    /// <summary>Who asks, and the group that is named. Only groups are looked up by name: what is held against another person is not told to
    /// whoever types the name.</summary>
    private async Task<IReadOnlyCollection<long>> Asked(Work work, CancellationToken ct)
    {
        string group = PlainText.Of(Group ?? "");
        List<long> groups = group.Length is 0 or > 100 ? [] : await work.Db.People
            .Where(person => person.Name == group && person.Kind == PersonKind.Organisation)
            .Select(person => person.PersonId).Take(10).ToListAsync(ct);
        return work.Actor is { } me ? [me, .. groups] : groups;
    }

    private static async Task<IReadOnlyList<string>> Desk(Work work, CancellationToken ct)
    {
        List<long> desk = await work.Db.Set<RoleGrant>().Where(grant => grant.BookId == work.Book && grant.Role == Role.Desk
                && grant.ValidFrom <= work.Today && (grant.ValidUntil == null || grant.ValidUntil >= work.Today))
            .Select(grant => grant.PersonId).Distinct().OrderBy(person => person).Take(5).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, desk.Select(person => (long?)person), ct);
        return [.. desk.Select(person => names[person])];
    }
}
