using CommunityFund.Books;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>The calendar by which deadlines are counted, and a count to try.</summary>
public sealed class WorkingDaysModel : FundPage
{
    private const int MostDays = 250;

    [BindProperty(SupportsGet = true)]
    public string? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Days { get; set; }

    public LocalDate? Due { get; private set; }

    /// <summary>This year and the next where the notice is not in the calendar.</summary>
    public IReadOnlyList<int> Unknown { get; private set; } = [];

    public string FromType => TypeOf(From);

    public async Task OnGetAsync()
    {
        LocalDate today = (await WhoAmI()).Today;

        // The next year's notice comes out in November; before that nobody misses it.
        int[] asked = [today.Year, today.Month >= 11 ? today.Year + 1 : today.Year];
        Unknown = [.. asked.Distinct().Where(year => !CommunityFund.Books.WorkingDays.IsKnown(year))];
        if (From is null && Days is null)
        {
            (From, Days) = (LocalDatePattern.Iso.Format(today), "5");
        }

        LocalDate from = Read(nameof(From), () => DayText.Read(From));
        if (RoundPageWords.Whole(Days) is { } days and <= MostDays)
        {
            Due = ModelState.IsValid ? CommunityFund.Books.WorkingDays.After(from, days) : null;
        }
        else
        {
            ModelState.AddModelError(nameof(Days), W["days.most", MostDays]);
        }
    }
}
