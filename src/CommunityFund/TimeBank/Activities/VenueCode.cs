using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>What is shown at the place, on a screen or as QR.</summary>
/// <param name="SecondsLeft">Until the next one is shown; this one is taken for a minute more.</param>
public sealed record VenueCodeView(long Activity, string Title, string Place, LocalDate Day, string Code, int SecondsLeft,
    int SignedIn, int SignedOut);

/// <summary>The code of the place as it is now, for coordinators.</summary>
public sealed record VenueCode(long Activity) : Query<VenueCodeView>
{
    internal override Need Needs => Need.Any(Programme.Hands);

    internal override async Task<VenueCodeView> Answer(Work work, CancellationToken ct)
    {
        Activity activity = await work.Db.Set<Activity>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.ActivityId == Activity, ct) is { } found && work.Rights.Reaches(Programme.Hands, found.FundId)
            ? found : throw new RefusedException(Activities.Activity.Unknown);
        if (activity.IsOver)
        {
            throw new RefusedException(Activities.Activity.Over, ("activity", activity.Title), ("state", activity.State));
        }

        IQueryable<Attendance> there = work.Db.Set<Attendance>().Where(row => row.BookId == work.Book && row.ActivityId == Activity
            && row.ReplacedAt == null);
        return new VenueCodeView(activity.ActivityId, activity.Title, activity.Place, activity.Day,
            RotatingCode.Of(work.Foundation, activity, RotatingCode.Step(work.Now)), RotatingCode.SecondsLeft(work.Now),
            await there.CountAsync(ct), await there.CountAsync(row => row.OutAt != null, ct));
    }
}

/// <summary>Six digits that change every minute: whoever types them is at the place. The one before is taken too.</summary>
internal static class RotatingCode
{
    /// <summary>No code of this activity.</summary>
    public const string Wrong = "venue.wrong-code";

    /// <summary>It was shown minutes ago.</summary>
    public const string Expired = "venue.expired-code";

    /// <summary>It is shown at another place.</summary>
    public const string OtherPlace = "venue.other-place";

    private const int StepSeconds = 60, Remembered = 30;

    public static long Step(Instant now) => now.ToUnixTimeSeconds() / StepSeconds;

    public static int SecondsLeft(Instant now) => StepSeconds - (int)(now.ToUnixTimeSeconds() % StepSeconds);

    public static string Of(Foundation foundation, Activity activity, long step)
    {
        byte[] about =
        [
            .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{activity.BookId} {activity.ActivityId} {step} ")),
            .. activity.Secret,
        ];
        byte[] drawn = HMACSHA256.HashData(foundation.KeyFor("venue-code"), about);
        return (BinaryPrimitives.ReadUInt64BigEndian(drawn) % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }

    /// <summary>Lets the code through or says what is wrong with it.</summary>
    /// <exception cref="RefusedException">It is not the code shown now.</exception>
    public static async Task Require(Work work, Activity activity, string typed, CancellationToken ct)
    {
        string code = PlainText.Of(typed).Replace(" ", "", StringComparison.Ordinal);
        long step = Step(work.Now);
        if (Matches(work.Foundation, activity, code, step, 2))
        {
            return;
        }

        if (Matches(work.Foundation, activity, code, step - 2, Remembered))
        {
            throw new RefusedException(Expired);
        }

        List<Activity> others = await work.Db.Set<Activity>().AsNoTracking().Where(row => row.BookId == work.Book && row.Day == activity.Day
            && row.ActivityId != activity.ActivityId && (row.State == ActivityState.Planned || row.State == ActivityState.Open)).ToListAsync(ct);
        throw others.Any(other => Matches(work.Foundation, other, code, step, 2))
            ? new RefusedException(OtherPlace, ("activity", activity.Title)) : new RefusedException(Wrong);
    }

    private static bool Matches(Foundation foundation, Activity activity, string code, long step, int steps)
    {
        byte[] typed = Encoding.UTF8.GetBytes(code);
        bool found = false;
        for (long each = step; each > step - steps; each--)
        {
            found |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Of(foundation, activity, each)), typed);
        }

        return found;
    }
}
