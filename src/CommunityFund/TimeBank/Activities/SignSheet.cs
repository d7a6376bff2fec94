using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>A line of the sheet.</summary>
public sealed record SheetLine(string Name, string Number, string Role);

/// <summary>A sheet to sign by hand.</summary>
/// <param name="From">When it begins, as 14:00.</param>
/// <param name="Blank">Lines for those who come without having signed up.</param>
public sealed record SignSheetView(
    string Body, string Programme, string Title, string Place, LocalDate Day, string From, string Until, Amount Cap, IReadOnlyList<SheetLine> Lines,
    int Blank);

/// <summary>签到表: everybody who signed up, with room for the time of coming, the time of leaving and a signature. For those without a phone,
/// and for the day the network is away.</summary>
public sealed record SignSheet(long Activity) : Query<SignSheetView>
{
    private const int LeastLines = 20, Spare = 6;

    internal override Need Needs => Need.Any(Programme.Hands);

    internal override async Task<SignSheetView> Answer(Work work, CancellationToken ct)
    {
        Activity activity = await work.Db.Set<Activity>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.ActivityId == Activity, ct) is { } found && work.Rights.Reaches(Programme.Hands, found.FundId)
            ? found : throw new RefusedException(Activities.Activity.Unknown);
        List<SheetLine> lines = await (
            from signed in work.Db.Set<ActivitySignUp>()
            join person in work.Db.People on signed.PersonId equals person.PersonId
            join member in work.Db.Set<Members.Member>() on new { signed.BookId, signed.PersonId } equals new { member.BookId, member.PersonId }
            where signed.BookId == work.Book && signed.ActivityId == Activity && signed.WithdrawnAt == null
            orderby person.Name, signed.PersonId
            select new SheetLine(person.Name, member.Number, signed.Role)).ToListAsync(ct);
        string body = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct);
        return new SignSheetView(
            body, (await work.FundById(activity.FundId, ct)).Name, activity.Title, activity.Place, activity.Day,
            ClockText.Of(activity.StartsAt, activity.Day), ClockText.Of(activity.EndsAt, activity.Day),
            Amount.OfUnits(activity.CapMinutes, Commodity.Hour), lines, Math.Max(Spare, LeastLines - lines.Count));
    }
}

/// <summary>A4 upright, the head on every sheet.</summary>
public static class SignSheetPaper
{
    public static PaperSheet Of(SignSheetView view, Words words) => new(
        words["sign-sheet.title"], view.Body, $"{words["sign-sheet.title"]}-{view.Title}-{view.Day:uuuuMMdd}", PaperSide.Upright,
        typeof(SignSheetPrint), new Dictionary<string, object?> { [nameof(SignSheetPrint.View)] = view }, "sign-sheet-print",
        view.Lines.Count + view.Blank);
}
