using System.Globalization;
using CommunityFund.Audits;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Audits;

/// <summary>A page that says until when an answer is asked for: in working days or by a day.</summary>
public abstract class RemarkFormPage : RegisterPage
{
    /// <summary>Of the fields Days and Until.</summary>
    protected RemarkDue ReadDue(string? days, string? until)
    {
        int? working = null;
        if (!string.IsNullOrWhiteSpace(days))
        {
            if (int.TryParse(days.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int typed))
            {
                working = typed;
            }
            else
            {
                ModelState.AddModelError("Days", W["audits.whole-number", RemarkDue.MostDays]);
            }
        }

        return new RemarkDue(working, string.IsNullOrWhiteSpace(until) ? null : Day("Until", until));
    }
}
