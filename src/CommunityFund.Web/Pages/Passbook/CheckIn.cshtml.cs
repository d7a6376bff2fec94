using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>活动与签到: what is on, signing up, signing in and out with the six digits of the place, and confirming what was done for the holder.
/// Wrong codes are counted by the card and by the activity, and written down for the coordinator.</summary>
public sealed class CheckInModel(Tries tries) : MemberPage
{
    /// <summary>Too many wrong codes with this card or at this activity.</summary>
    public const string TooMany = "venue.too-many";

    private static readonly LocalTimePattern Hour = LocalTimePattern.CreateWithInvariantCulture("HH:mm");
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];

    [BindProperty(SupportsGet = true)]
    public long Activity { get; set; }

    /// <summary>Typed, or out of the QR of the place.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Code { get; set; }

    [BindProperty]
    public string? Role { get; set; }

    [BindProperty]
    public List<long> Records { get; set; } = [];

    public MyActivitiesView? View { get; private set; }

    public static string TimeOf(Instant at) => Hour.Format(at.InZone(Zone).TimeOfDay);

    public Task OnGetAsync() => Show();

    public Task<IActionResult> OnPostInAsync() => AtPlace("check-in.said-in",
        code => Holder.Run(new SignInAtVenue(FormKey, Pass, Activity, code), Ct));

    public Task<IActionResult> OnPostOutAsync() => AtPlace("check-in.said-out",
        code => Holder.Run(new SignOutAtVenue(FormKey, Pass, Activity, code), Ct));

    public Task<IActionResult> OnPostSignUpAsync() => Do("check-in.said-signed", () =>
        Holder.Run(new SignUpForActivity(FormKey, Pass, Activity, Role ?? ""), Ct));

    public Task<IActionResult> OnPostWithdrawAsync() => Do("check-in.said-withdrawn", () =>
        Holder.Run(new WithdrawSignUp(FormKey, Pass, Activity), Ct));

    public Task<IActionResult> OnPostConfirmAsync() => Do("check-in.said-confirmed", () =>
        Holder.Run(new ConfirmHoursWithCard(FormKey, Pass, Activity, Records), Ct));

    private Task<IActionResult> AtPlace(string said, Func<string, Task> sign) => Do(said, async () =>
    {
        if (await tries.Begin($"venue {Card!.Number}", string.Create(CultureInfo.InvariantCulture, $"venue {Activity}"), Ct) is not { } attempt)
        {
            throw new RefusedException(TooMany);
        }

        try
        {
            await sign(Code ?? "");
            await tries.Succeeded(attempt, Ct);
        }
        catch (RefusedException wrong) when (wrong.Refusal.Code.StartsWith("venue.", StringComparison.Ordinal))
        {
            await Holder.Run(new NoteVenueTry(Guid.NewGuid(), Pass, Activity), Ct);
            throw;
        }
        catch (RefusedException refused) when (!FundSession.IsAway(refused.Refusal))
        {
            // Not the code said no: hundreds who tap twice or come early do not shut the door for the others.
            await tries.TakeBack(attempt, Ct);
            throw;
        }
    });

    private async Task<IActionResult> Do(string said, Func<Task> act)
    {
        if (await Try(act))
        {
            Said = W[said].Value;
            return RedirectToPage(new { activity = (long?)null, code = (string?)null });
        }

        await Show();
        return Page();
    }

    private async Task Show()
    {
        Refusal? refused = Refusal;
        await Try(async () => View = await Holder.Ask(new MyActivities(Pass), Ct));
        Refusal = refused ?? Refusal;
    }
}
